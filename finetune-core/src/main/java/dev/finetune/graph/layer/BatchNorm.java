package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.stream.Stream;

/**
 * Batch normalisation of each channel: gamma * (x - mean) / sqrt(variance + epsilon) + beta. In
 * training, the mean and the biased variance are those of the batch. In inference, and always while
 * the layer is frozen, they are the running statistics. (S. Ioffe, C. Szegedy, "Batch
 * Normalization", 2015.)
 *
 * @param epsilon the constant added to the variance
 * @param momentum the fraction of the old running statistic that a step keeps, in [0, 1)
 * @param scale whether the layer has a learned gamma; without it gamma is 1. It always has a beta.
 */
@JsonTypeName("BatchNorm")
public record BatchNorm(double epsilon, double momentum, boolean scale) implements BasicLayer {

  /**
   * Creates the layer.
   *
   * @param epsilon more than 0 and finite, both as a float
   * @param momentum in [0, 1)
   * @param scale whether the layer has a gamma
   * @throws IllegalArgumentException if a value is out of range
   */
  public BatchNorm {
    checkArgument(
        Checks.positive(epsilon) && momentum >= 0 && momentum < 1,
        "epsilon must be > 0 and finite in float32, and momentum in [0, 1), got %s and %s",
        epsilon,
        momentum);
  }

  /**
   * Creates a layer with gamma and beta.
   *
   * @param epsilon more than 0 and finite, both as a float
   * @param momentum in [0, 1)
   * @throws IllegalArgumentException if a value is out of range
   */
  public BatchNorm(double epsilon, double momentum) {
    this(epsilon, momentum, true);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Checks.only("BatchNorm", inputs);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    int channels = Checks.only("BatchNorm", inputs).channels();
    return Stream.of(
            ParameterRole.GAMMA,
            ParameterRole.BETA,
            ParameterRole.MOVING_MEAN,
            ParameterRole.MOVING_VARIANCE)
        .filter(role -> scale || role != ParameterRole.GAMMA)
        .map(role -> ParameterSpec.perChannel(role, channels))
        .toList();
  }

  @Override
  public String kerasClass() {
    return "batch_normalization";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
