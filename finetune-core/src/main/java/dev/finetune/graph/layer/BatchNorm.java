package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.stream.Stream;

/**
 * Normalisation by batch statistics in training and by running ones in inference, and, while
 * frozen, by running ones always.
 *
 * @param epsilon added to the variance
 * @param momentum the share of the old running statistic that a step keeps, in [0, 1)
 * @param scale whether the result is multiplied by a learned gamma; beta is always there
 */
@JsonTypeName("BatchNorm")
public record BatchNorm(double epsilon, double momentum, boolean scale) implements BasicLayer {

  public BatchNorm {
    checkArgument(
        Checks.positive(epsilon) && momentum >= 0 && momentum < 1,
        "epsilon must be > 0 and finite in float32, and momentum in [0, 1); got %s, %s",
        epsilon,
        momentum);
  }

  /** Makes one with gamma and beta. */
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
