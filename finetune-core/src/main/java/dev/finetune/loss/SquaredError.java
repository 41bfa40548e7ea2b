package dev.finetune.loss;

import java.util.Map;

/**
 * The mean squared error, for values: (output - value)^2, averaged over the outputs of an example,
 * and then the mean over the batch of weight * loss. It equals {@code mse_loss} in PyTorch and
 * {@code MeanSquaredError} in Keras.
 */
public record SquaredError() implements Loss {

  /** {@return the loss} */
  public static SquaredError squaredError() {
    return new SquaredError();
  }

  @Override
  public String name() {
    return "squarederror";
  }

  @Override
  public Map<String, Double> settings() {
    return Map.of();
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
            double off = output - targets.value(example, index);
            return off * off;
          }

          @Override
          public double slope(double output, int example, int index) {
            return 2 * (output - targets.value(example, index));
          }
        });
  }
}
