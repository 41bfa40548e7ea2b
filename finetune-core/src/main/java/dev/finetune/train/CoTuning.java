package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.annotation.Experimental;

/**
 * Co-tuning: the network also keeps recognising the classes of its pretraining (K. You, Z. Kou, M.
 * Long and J. Wang, "Co-Tuning for Transfer Learning", NeurIPS 2020). The classification layer of
 * the pretraining trains beside the new one, and the loss of an image of class y is
 *
 * <pre>loss(y) - strength * sum over source classes s of p(s | y) * log q(s)</pre>
 *
 * <p>q is the softmax of the source layer. p(s | y) is the mean of q over the training images of
 * class y, before the first step: the relationship that the paper's code calls direct, without
 * calibration, for which the pretraining's own validation images would be needed. After the
 * training the source layer is dropped.
 *
 * <p>In the paper it helps most with few images. It costs a pass over the images before the first
 * step, and little in each step.
 *
 * <pre>{@code
 * FineTune.from(Zoo.mobileNetV2Imagenet())
 *     .freezeNone()
 *     .coTuning(CoTuning.ofStrength(2.3))
 *     .train(train, valid, options);
 * }</pre>
 *
 * @param strength the factor of the loss of the source classes
 */
@Experimental
public record CoTuning(double strength) {

  /** The trade-off of the paper's code, github.com/thuml/CoTuning. */
  private static final double STRENGTH = 2.3;

  /**
   * Creates a setting.
   *
   * @param strength over 0 and finite
   * @throws IllegalArgumentException if the value is outside its range
   */
  public CoTuning {
    checkArgument(
        strength > 0 && Double.isFinite(strength),
        "strength must be > 0 and finite, got %s",
        strength);
  }

  /** {@return co-tuning with the strength of the paper's code, 2.3} */
  public static CoTuning usual() {
    return new CoTuning(STRENGTH);
  }

  /**
   * {@return co-tuning with another strength}
   *
   * @param value the factor of the loss of the source classes, over 0 and finite
   * @throws IllegalArgumentException if the value is outside its range
   */
  public static CoTuning ofStrength(double value) {
    return new CoTuning(value);
  }
}
