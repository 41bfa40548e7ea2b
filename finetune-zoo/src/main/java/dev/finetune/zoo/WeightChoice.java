package dev.finetune.zoo;

import dev.finetune.zoo.weights.WeightFormat;
import java.nio.file.Path;

/** Where a backbone's weights are to come from. */
sealed interface WeightChoice {

  /** The published Keras file, from the cache or downloaded. */
  record Published() implements WeightChoice {}

  /** A file of the user's. */
  record Local(Path file, WeightFormat format) implements WeightChoice {}

  /** Initial values. */
  record Random(long seed) implements WeightChoice {}
}
