package dev.finetune.train;

import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;

/**
 * Adam with decoupled weight decay (I. Loshchilov, F. Hutter, "Decoupled Weight Decay
 * Regularization", ICLR 2019), computed as in {@code torch.optim.AdamW}. With the bias-corrected
 * mean m and mean square v of the gradients, a step is
 *
 * <pre>{@code
 * value -= learningRate * (decay * value + m / (sqrt(v) + epsilon))
 * }</pre>
 *
 * <p>Epsilon is added after bias correction. {@link Adam} adds it before, as Keras does.
 *
 * @param learningRate the step size, over 0 and finite in float32
 * @param beta1 the decay of the mean gradient, in [0, 1)
 * @param beta2 the decay of the mean squared gradient, in [0, 1)
 * @param epsilon added to the square root of the mean squared gradient, over 0 and finite in
 *     float32
 * @param decay the weight decay, at least 0 and finite in float32
 */
public record AdamW(double learningRate, double beta1, double beta2, double epsilon, double decay)
    implements Optimizer {

  /**
   * Creates an optimizer.
   *
   * @param learningRate the step size, over 0 and finite in float32
   * @param beta1 the decay of the mean gradient, in [0, 1)
   * @param beta2 the decay of the mean squared gradient, in [0, 1)
   * @param epsilon added to the square root, over 0 and finite in float32
   * @param decay the weight decay, at least 0 and finite in float32
   * @throws IllegalArgumentException if a value is outside its range
   */
  public AdamW {
    Ranges.learningRate(learningRate);
    Ranges.betas(beta1, beta2);
    Ranges.epsilon(epsilon);
    Ranges.decay(decay);
  }

  /**
   * {@return AdamW with torch's defaults: beta1 0.9, beta2 0.999, epsilon 1e-8, decay 0.01}
   *
   * @param learningRate the step size, over 0 and finite in float32
   * @throws IllegalArgumentException if the value is outside its range
   */
  public static AdamW adamW(double learningRate) {
    return new AdamW(learningRate, 0.9, 0.999, 1e-8, 0.01);
  }

  /**
   * {@return a copy with another weight decay}
   *
   * @param value the weight decay, at least 0 and finite in float32
   * @throws IllegalArgumentException if the value is outside its range
   */
  public AdamW decay(double value) {
    return new AdamW(learningRate, beta1, beta2, epsilon, value);
  }

  @Override
  public String name() {
    return "adamw";
  }

  @Override
  public Map<String, Double> settings() {
    return ImmutableMap.of(
        "learningRate",
        learningRate,
        "beta1",
        beta1,
        "beta2",
        beta2,
        "epsilon",
        epsilon,
        "decay",
        decay);
  }

  @Override
  public List<String> slots() {
    return List.of("mean", "square");
  }

  @Override
  public Rule rule(long step, double rate, double groupDecay) {
    float corrected = (float) (rate / (1 - Math.pow(beta1, (double) step)));
    float root = (float) (1 / Math.sqrt(1 - Math.pow(beta2, (double) step)));
    float shrink = (float) (rate * decay * groupDecay);
    return (values, gradients, slots, length) ->
        apply(values, gradients, slots[0], slots[1], length, corrected, root, shrink);
  }

  private void apply(
      float[] values,
      float[] gradients,
      float[] means,
      float[] squares,
      int length,
      float rate,
      float root,
      float shrink) {
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
      values[i] -= shrink * values[i] + rate * mean / ((float) Math.sqrt(square) * root + small);
    }
  }
}
