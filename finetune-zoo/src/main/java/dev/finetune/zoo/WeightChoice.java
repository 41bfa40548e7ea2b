package dev.finetune.zoo;

import dev.finetune.image.Preprocessing;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.weights.TensorChoice;
import java.nio.file.Path;

/** The source of a backbone's weights. */
sealed interface WeightChoice {

  /** The published file, from the cache or downloaded. */
  record Published() implements WeightChoice {}

  /**
   * A file given by the caller.
   *
   * @param file the weight file
   * @param dialect the definition of the network that the weights fit
   * @param names how the names of the file's tensors are understood
   * @param preprocessing the preprocessing that the weights were trained with
   */
  record Local(Path file, Dialect dialect, TensorChoice names, Preprocessing preprocessing)
      implements WeightChoice {}

  /** Random initial values. */
  record Random(long seed) implements WeightChoice {}
}
