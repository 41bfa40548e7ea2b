package dev.finetune.loss;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/**
 * The Huber loss, for values: with d = output - value, it is d^2 / 2 if |d| is at most delta, and
 * otherwise delta * (|d| - delta / 2) (P. Huber, "Robust Estimation of a Location Parameter",
 * 1964). It is averaged over the outputs of an example, and then the loss is the mean over the
 * batch of weight * loss. It equals {@code huber_loss} in PyTorch and {@code Huber} in Keras.
 *
 * @param delta the error from which the loss grows linearly, over 0 and finite
 */
public record Huber(double delta) implements Loss {

  /**
   * Creates a loss.
   *
   * @param delta the error from which the loss grows linearly, over 0 and finite
   * @throws IllegalArgumentException if {@code delta} is outside its range
   */
  public Huber {
    checkArgument(
        delta > 0 && Double.isFinite(delta), "delta must be > 0 and finite, got %s", delta);
  }

  /**
   * {@return a loss}
   *
   * @param delta the error from which the loss grows linearly, over 0 and finite; 1 is the default
   *     of Keras and PyTorch
   * @throws IllegalArgumentException if {@code delta} is outside its range
   */
  public static Huber huber(double delta) {
    return new Huber(delta);
  }

  @Override
  public String name() {
    return "huber";
  }

  @Override
  public Map<String, Double> settings() {
    return ImmutableMap.of("delta", delta);
  }

  @Override
  public boolean supports(Targets.Kind kind) {
    return kind == Targets.Kind.VALUES;
  }

  @Override
  public double compute(float[][] outputs, Targets targets, float[][] gradients) {
    targets.require(name(), Targets.Kind.VALUES);
    return PerOutput.mean(
        outputs,
        targets,
        gradients,
        new PerOutput.Element() {
          @Override
          public double loss(double output, int example, int index) {
            double off = Math.abs(output - targets.value(example, index));
            return off <= delta ? off * off / 2 : delta * (off - delta / 2);
          }

          @Override
          public double slope(double output, int example, int index) {
            double off = output - targets.value(example, index);
            return Math.max(-delta, Math.min(delta, off));
          }
        });
  }
}
