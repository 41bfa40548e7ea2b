package dev.finetune.loss;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/**
 * Softmax followed by cross-entropy, for classes and distributions, in nats and in double
 * precision: the mean over the batch of weight * loss, as in Keras. With smoothing s and n classes,
 * a target share t becomes t * (1 - s) + s / n (C. Szegedy et al., "Rethinking the Inception
 * Architecture for Computer Vision", 2016, section 7).
 *
 * @param labelSmoothing the part of each target that is spread evenly over all classes, in [0, 1)
 */
public record CrossEntropy(double labelSmoothing) implements Loss {

  /**
   * Creates a loss.
   *
   * @param labelSmoothing the part of each target that is spread evenly over all classes, in [0, 1)
   * @throws IllegalArgumentException if {@code labelSmoothing} is outside its range
   */
  public CrossEntropy {
    checkArgument(
        labelSmoothing >= 0 && labelSmoothing < 1,
        "labelSmoothing must be in [0, 1), got %s",
        labelSmoothing);
  }

  /** {@return the loss without smoothing} */
  public static CrossEntropy crossEntropy() {
    return new CrossEntropy(0);
  }

  /**
   * {@return a copy with label smoothing}
   *
   * @param value the part of each target that is spread evenly over all classes, in [0, 1)
   * @throws IllegalArgumentException if the value is outside its range
   */
  public CrossEntropy smoothing(double value) {
    return new CrossEntropy(value);
  }

  @Override
  public String name() {
    return "crossentropy";
  }

  @Override
  public Map<String, Double> settings() {
    return ImmutableMap.of("labelSmoothing", labelSmoothing);
  }

  @Override
  public boolean supports(Targets.Kind kind) {
    return kind == Targets.Kind.CLASSES || kind == Targets.Kind.DISTRIBUTIONS;
  }

  @Override
  public double compute(float[][] outputs, Targets targets, float[][] gradients) {
    targets.require(name(), Targets.Kind.CLASSES, Targets.Kind.DISTRIBUTIONS);
    targets.requireFor(outputs);
    double loss = 0;
    for (int i = 0; i < outputs.length; i++) {
      loss += targets.weight(i) * compute(outputs[i], targets, i, gradients[i], outputs.length);
    }
    return loss / outputs.length;
  }

  /** Returns the loss of one example without its weight, and computes its gradient. */
  private double compute(
      float[] logits, Targets targets, int example, float[] gradient, int batch) {
    // Subtracting the largest logit prevents overflow.
    double largest = logits[0];
    for (float logit : logits) {
      largest = Math.max(largest, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    double logOfSum = Math.log(sum) + largest;
    double weight = targets.weight(example);
    double loss = 0;
    for (int j = 0; j < logits.length; j++) {
      double share =
          targets.share(example, j) * (1 - labelSmoothing) + labelSmoothing / logits.length;
      // Skips shares of zero: zero times an infinite difference would be NaN.
      loss += share == 0 ? 0 : share * (logOfSum - logits[j]);
      gradient[j] = (float) (weight * (Math.exp(logits[j] - largest) / sum - share) / batch);
    }
    return loss;
  }
}
