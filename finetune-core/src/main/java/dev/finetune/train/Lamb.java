package dev.finetune.train;

import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;

/**
 * The optimizer LAMB (Y. You et al., "Large Batch Optimization for Deep Learning: Training BERT in
 * 76 minutes", ICLR 2020, algorithm 2) for large batches. With the bias-corrected mean m and mean
 * square v of the gradients, the direction of a value and the step of its tensor are
 *
 * <pre>{@code
 * direction = m / (sqrt(v) + epsilon) + decay * value
 * value -= learningRate * norm(values) / norm(directions) * direction
 * }</pre>
 *
 * <p>The ratio of the norms is 1 if either is 0.
 *
 * @param learningRate the step size relative to the norm of a tensor, over 0 and finite in float32
 * @param beta1 the decay of the mean gradient, in [0, 1)
 * @param beta2 the decay of the mean squared gradient, in [0, 1)
 * @param epsilon added to the square root of the mean squared gradient, over 0 and finite in
 *     float32
 * @param decay the weight decay, at least 0 and finite in float32
 */
public record Lamb(double learningRate, double beta1, double beta2, double epsilon, double decay)
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
  public Lamb {
    Ranges.learningRate(learningRate);
    Ranges.betas(beta1, beta2);
    Ranges.epsilon(epsilon);
    Ranges.decay(decay);
  }

  /**
   * {@return LAMB with the defaults of the paper: beta1 0.9, beta2 0.999, epsilon 1e-6, decay 0.01}
   *
   * @param learningRate the step size, over 0 and finite in float32
   * @throws IllegalArgumentException if the value is outside its range
   */
  public static Lamb lamb(double learningRate) {
    return new Lamb(learningRate, 0.9, 0.999, 1e-6, 0.01);
  }

  /**
   * {@return a copy with another weight decay}
   *
   * @param value the weight decay, at least 0 and finite in float32
   * @throws IllegalArgumentException if the value is outside its range
   */
  public Lamb decay(double value) {
    return new Lamb(learningRate, beta1, beta2, epsilon, value);
  }

  @Override
  public String name() {
    return "lamb";
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
  public TrustRule rule(long step, double rate, double groupDecay) {
    float scale = (float) (1 / (1 - Math.pow(beta1, (double) step)));
    float root = (float) (1 / Math.sqrt(1 - Math.pow(beta2, (double) step)));
    return new LambRule(rate, scale, root, (float) (decay * groupDecay));
  }

  private final class LambRule implements TrustRule {
    private final double rate;
    private final float scale;
    private final float root;
    private final float pull;

    LambRule(double rate, float scale, float root, float pull) {
      this.rate = rate;
      this.scale = scale;
      this.root = root;
      this.pull = pull;
    }

    @Override
    public void direct(float[] values, float[] gradients, float[][] slots, int length) {
      float[] means = slots[0];
      float[] squares = slots[1];
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
        gradients[i] = scale * mean / ((float) Math.sqrt(square) * root + small) + pull * values[i];
      }
    }

    @Override
    public void move(
        float[] values, float[] directions, int length, double valueNorm, double directionNorm) {
      double trust = valueNorm > 0 && directionNorm > 0 ? valueNorm / directionNorm : 1;
      float size = (float) (rate * trust);
      for (int i = 0; i < length; i++) {
        values[i] -= size * directions[i];
      }
    }
  }
}
