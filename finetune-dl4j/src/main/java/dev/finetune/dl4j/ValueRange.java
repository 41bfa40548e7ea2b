package dev.finetune.dl4j;

import java.util.Optional;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;

/**
 * The range of the values of an image array.
 *
 * @param highest the value that corresponds to a pixel value of 255; 0 corresponds to 0
 * @param normalization the normalisation of such values, which is reverted first
 */
record ValueRange(float highest, Optional<DataNormalization> normalization) {

  static ValueRange upTo(float highest) {
    return new ValueRange(highest, Optional.empty());
  }

  static ValueRange normalized(DataNormalization normalization) {
    return new ValueRange(255, Optional.of(normalization));
  }

  /** Returns whether the values were computed from pixel values and may be off by rounding. */
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
