package dev.finetune.dl4j;

import java.util.Optional;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;

/**
 * What the values of an array are.
 *
 * @param highest the value that stands for 255; 0 stands for 0
 * @param normalization what was done to such values, and is reverted first
 */
record ValueRange(float highest, Optional<DataNormalization> normalization) {

  static ValueRange upTo(float highest) {
    return new ValueRange(highest, Optional.empty());
  }

  static ValueRange normalized(DataNormalization normalization) {
    return new ValueRange(255, Optional.of(normalization));
  }

  /** Whether the values were computed from pixels, and are off by rounding. */
  boolean computed() {
    return highest != 255 || normalization.isPresent();
  }

  @Override
  public String toString() {
    return normalization
        .map(n -> "from 0 to 255 after " + n.getClass().getSimpleName() + " was reverted")
        .orElse("from 0 to " + (int) highest);
  }
}
