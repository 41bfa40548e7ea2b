package dev.finetune.train;

import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;

/**
 * The optimizer Adam (D. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015).
 *
 * <p>Updates are computed in float32, so a learning rate or epsilon that is zero or infinite in
 * float32 is rejected.
 *
 * @param learningRate the step size, over 0 and finite
 * @param beta1 the decay of the mean gradient, in [0, 1)
 * @param beta2 the decay of the mean squared gradient, in [0, 1)
 * @param epsilon added to the square root of the mean squared gradient, over 0 and finite
 */
public record Adam(double learningRate, double beta1, double beta2, double epsilon)
    implements Optimizer {

  /**
   * Creates an optimizer.
   *
   * @param learningRate the step size, over 0 and finite in float32
   * @param beta1 the decay of the mean gradient, in [0, 1)
   * @param beta2 the decay of the mean squared gradient, in [0, 1)
   * @param epsilon added to the square root, over 0 and finite in float32
   * @throws IllegalArgumentException if a value is outside its range
   */
  public Adam {
    Ranges.learningRate(learningRate);
    Ranges.betas(beta1, beta2);
    Ranges.epsilon(epsilon);
  }

  /**
   * {@return Adam with Keras' defaults: beta1 0.9, beta2 0.999, epsilon 1e-7}
   *
   * @param learningRate the step size, over 0 and finite in float32
   * @throws IllegalArgumentException if the value is outside its range
   */
  public static Adam adam(double learningRate) {
    return new Adam(learningRate, 0.9, 0.999, 1e-7);
  }

  @Override
  public String name() {
    return "adam";
  }

  @Override
  public Map<String, Double> settings() {
    return ImmutableMap.of(
        "learningRate", learningRate, "beta1", beta1, "beta2", beta2, "epsilon", epsilon);
  }

  @Override
  public List<String> slots() {
    return List.of("mean", "square");
  }

  /**
   * The efficient form at the end of section 2 of the paper. As in Keras, epsilon is added to the
   * square root before bias correction.
   */
  @Override
  public Rule rule(long step, double rate, double decay) {
    double corrected =
        rate * Math.sqrt(1 - Math.pow(beta2, (double) step)) / (1 - Math.pow(beta1, (double) step));
    return (values, gradients, slots, length) ->
        apply(values, gradients, slots[0], slots[1], length, (float) corrected);
  }

  private void apply(
      float[] values, float[] gradients, float[] means, float[] squares, int length, float rate) {
    float decay1 = (float) beta1;
    float decay2 = (float) beta2;
    float rest1 = (float) (1 - beta1);
    float rest2 = (float) (1 - beta2);
    float small = (float) epsilon;
    for (int i = 0; i < length; i++) {
      float g = gradients[i];
      float mean = decay1 * means[i] + rest1 * g;
      float square = decay2 * squares[i] + rest2 * (g * g);
      means[i] = mean;
      squares[i] = square;
      values[i] -= rate * mean / ((float) Math.sqrt(square) + small);
    }
  }
}
