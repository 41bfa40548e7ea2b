package dev.finetune.zoo;

import dev.finetune.image.Preprocessing;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.weights.TensorNames;
import java.nio.file.Path;

/** Where a backbone's weights are to come from. */
sealed interface WeightChoice {

  /** A published file, from the cache or downloaded. */
  record Published() implements WeightChoice {}

  /**
   * A file of the user's, whose definition of the network it has weights for, what its tensors are
   * called there, and what they want done to images.
   */
  record Local(Path file, Dialect dialect, TensorNames names, Preprocessing preprocessing)
      implements WeightChoice {}

  /** Initial values. */
  record Random(long seed) implements WeightChoice {}
}
