package dev.finetune.loss;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/**
 * Softmax of logits and cross-entropy, in double precision.
 *
 * @param labelSmoothing how much of each target is spread evenly over all classes, in [0, 1); C.
 *     Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2016, section 7
 */
public record CrossEntropy(double labelSmoothing) implements Loss {

  public CrossEntropy {
    checkArgument(
        labelSmoothing >= 0 && labelSmoothing < 1,
        "labelSmoothing is in [0, 1), got %s",
        labelSmoothing);
  }

  /** Returns one without smoothing. */
  public static CrossEntropy crossEntropy() {
    return new CrossEntropy(0);
  }

  /**
   * Returns a copy with that smoothing.
   *
   * @throws IllegalArgumentException if it is not in [0, 1)
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
  public double compute(float[][] outputs, Targets targets, float[][] gradients) {
    targets.requireFor(outputs);
    double loss = 0;
    for (int i = 0; i < outputs.length; i++) {
      loss += compute(outputs[i], targets, i, gradients[i], outputs.length);
    }
    return loss / outputs.length;
  }

  /** The loss of one example, and its gradient, as one of a batch. */
  private double compute(
      float[] logits, Targets targets, int example, float[] gradient, int batch) {
    // The largest logit is subtracted so that no exponential overflows.
    double largest = logits[0];
    for (float logit : logits) {
      largest = Math.max(largest, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    double logOfSum = Math.log(sum) + largest;
    double loss = 0;
    for (int j = 0; j < logits.length; j++) {
      double share =
          targets.share(example, j) * (1 - labelSmoothing) + labelSmoothing / logits.length;
      // A share of nothing counts nothing, however far away the logit is.
      loss += share == 0 ? 0 : share * (logOfSum - logits[j]);
      gradient[j] = (float) ((Math.exp(logits[j] - largest) / sum - share) / batch);
    }
    return loss;
  }
}
