package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;

/**
 * Stochastic gradient descent with momentum, computed as in {@code torch.optim.SGD} without
 * dampening. A step is
 *
 * <pre>{@code
 * g = gradient + decay * value
 * velocity = momentum * velocity + g
 * value -= learningRate * (nesterov ? g + momentum * velocity : velocity)
 * }</pre>
 *
 * <p>The decay is an L2 penalty: it is part of the gradient and of the velocity. Nesterov's
 * momentum is that of I. Sutskever et al., "On the importance of initialization and momentum in
 * deep learning", ICML 2013.
 *
 * @param learningRate the step size, over 0 and finite in float32
 * @param momentum the decay of the velocity, in [0, 1); without momentum there is no slot
 * @param nesterov whether the gradient counts once more in the direction, as if it were computed
 *     ahead; requires momentum
 * @param decay the weight decay, at least 0 and finite in float32
 */
public record Sgd(double learningRate, double momentum, boolean nesterov, double decay)
    implements Optimizer {

  /**
   * Creates an optimizer.
   *
   * @param learningRate the step size, over 0 and finite in float32
   * @param momentum the decay of the velocity, in [0, 1)
   * @param nesterov whether to use Nesterov's momentum, only with a momentum over 0
   * @param decay the weight decay, at least 0 and finite in float32
   * @throws IllegalArgumentException if a value is outside its range
   */
  public Sgd {
    Ranges.learningRate(learningRate);
    checkArgument(momentum >= 0 && momentum < 1, "momentum must be in [0, 1), got %s", momentum);
    checkArgument(
        !nesterov || momentum > 0,
        "momentum must be > 0 with Nesterov's momentum, got %s",
        momentum);
    Ranges.decay(decay);
  }

  /**
   * {@return plain gradient descent: momentum 0, decay 0}
   *
   * @param learningRate the step size, over 0 and finite in float32
   * @throws IllegalArgumentException if the value is outside its range
   */
  public static Sgd sgd(double learningRate) {
    return new Sgd(learningRate, 0, false, 0);
  }

  /**
   * {@return a copy with another momentum}
   *
   * @param value the decay of the velocity, in [0, 1), usually 0.9
   * @throws IllegalArgumentException if the value is outside its range
   */
  public Sgd momentum(double value) {
    return new Sgd(learningRate, value, nesterov, decay);
  }

  /**
   * {@return a copy with or without Nesterov's momentum}
   *
   * @param value whether to use Nesterov's momentum
   * @throws IllegalArgumentException if it is used and {@code momentum} is 0
   */
  public Sgd nesterov(boolean value) {
    return new Sgd(learningRate, momentum, value, decay);
  }

  /**
   * {@return a copy with another weight decay}
   *
   * @param value the weight decay, at least 0 and finite in float32
   * @throws IllegalArgumentException if the value is outside its range
   */
  public Sgd decay(double value) {
    return new Sgd(learningRate, momentum, nesterov, value);
  }

  @Override
  public String name() {
    return "sgd";
  }

  @Override
  public Map<String, Double> settings() {
    return ImmutableMap.of(
        "learningRate",
        learningRate,
        "momentum",
        momentum,
        "nesterov",
        nesterov ? 1.0 : 0.0,
        "decay",
        decay);
  }

  @Override
  public List<String> slots() {
    return momentum > 0 ? List.of("velocity") : List.of();
  }

  @Override
  public Rule rule(long step, double rate, double groupDecay) {
    float size = (float) rate;
    float penalty = (float) (decay * groupDecay);
    return momentum > 0
        ? (values, gradients, slots, length) ->
            apply(values, gradients, slots[0], length, size, penalty)
        : (values, gradients, slots, length) -> apply(values, gradients, length, size, penalty);
  }

  private static void apply(
      float[] values, float[] gradients, int length, float rate, float penalty) {
    for (int i = 0; i < length; i++) {
      values[i] -= rate * (gradients[i] + penalty * values[i]);
    }
  }

  private void apply(
      float[] values,
      float[] gradients,
      float[] velocities,
      int length,
      float rate,
      float penalty) {
    float kept = (float) momentum;
    // The direction is ahead * g + behind * velocity, so that the loop has no branch.
    float ahead = nesterov ? 1 : 0;
    float behind = nesterov ? kept : 1;
    for (int i = 0; i < length; i++) {
      float g = gradients[i] + penalty * values[i];
      float velocity = kept * velocities[i] + g;
      velocities[i] = velocity;
      values[i] -= rate * (ahead * g + behind * velocity);
    }
  }
}
