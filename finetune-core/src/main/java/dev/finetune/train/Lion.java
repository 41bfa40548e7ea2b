package dev.finetune.train;

import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;

/**
 * The optimizer Lion (X. Chen et al., "Symbolic Discovery of Optimization Algorithms", NeurIPS
 * 2023, algorithm 2). With the mean gradient m, a step is
 *
 * <pre>{@code
 * value -= learningRate * (decay * value + sign(beta1 * m + (1 - beta1) * gradient))
 * m = beta2 * m + (1 - beta2) * gradient
 * }</pre>
 *
 * <p>All values move by the learning rate, so it should be 3 to 10 times lower than with {@link
 * AdamW}, and the decay as much higher (section 5 of the paper).
 *
 * @param learningRate the step size, over 0 and finite in float32
 * @param beta1 the share of the mean in the direction, in [0, 1)
 * @param beta2 the decay of the mean gradient, in [0, 1)
 * @param decay the decoupled weight decay, at least 0 and finite in float32
 */
public record Lion(double learningRate, double beta1, double beta2, double decay)
    implements Optimizer {

  /**
   * Creates an optimizer.
   *
   * @param learningRate the step size, over 0 and finite in float32
   * @param beta1 the share of the mean in the direction, in [0, 1)
   * @param beta2 the decay of the mean gradient, in [0, 1)
   * @param decay the decoupled weight decay, at least 0 and finite in float32
   * @throws IllegalArgumentException if a value is outside its range
   */
  public Lion {
    Ranges.learningRate(learningRate);
    Ranges.betas(beta1, beta2);
    Ranges.decay(decay);
  }

  /**
   * {@return Lion with the defaults of the paper: beta1 0.9, beta2 0.99, no decay}
   *
   * @param learningRate the step size, over 0 and finite in float32
   * @throws IllegalArgumentException if the value is outside its range
   */
  public static Lion lion(double learningRate) {
    return new Lion(learningRate, 0.9, 0.99, 0);
  }

  /**
   * {@return a copy with another weight decay}
   *
   * @param value the weight decay, at least 0 and finite in float32
   * @throws IllegalArgumentException if the value is outside its range
   */
  public Lion decay(double value) {
    return new Lion(learningRate, beta1, beta2, value);
  }

  @Override
  public String name() {
    return "lion";
  }

  @Override
  public Map<String, Double> settings() {
    return ImmutableMap.of(
        "learningRate", learningRate, "beta1", beta1, "beta2", beta2, "decay", decay);
  }

  @Override
  public List<String> slots() {
    return List.of("mean");
  }

  @Override
  public Rule rule(long step, double rate, double groupDecay) {
    float size = (float) rate;
    float shrink = (float) (rate * decay * groupDecay);
    return (values, gradients, slots, length) ->
        apply(values, gradients, slots[0], length, size, shrink);
  }

  private void apply(
      float[] values, float[] gradients, float[] means, int length, float rate, float shrink) {
    float decay1 = (float) beta1;
    float decay2 = (float) beta2;
    float rest1 = (float) (1 - beta1);
    float rest2 = (float) (1 - beta2);
    for (int i = 0; i < length; i++) {
      float g = gradients[i];
      float sign = Math.signum(decay1 * means[i] + rest1 * g);
      values[i] -= shrink * values[i] + rate * sign;
      means[i] = decay2 * means[i] + rest2 * g;
    }
  }
}
