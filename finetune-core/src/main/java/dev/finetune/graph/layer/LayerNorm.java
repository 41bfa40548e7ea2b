package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * Layer normalisation (J. Ba et al., "Layer Normalization", 2016): gamma * (x - mean) /
 * sqrt(variance + epsilon) + beta. The mean and the biased variance are those over the channels at
 * each position of an image, or over the values of a vector. Gamma and beta are learned, one value
 * per channel.
 *
 * @param epsilon the constant added to the variance
 */
@JsonTypeName("LayerNorm")
public record LayerNorm(double epsilon) implements BasicLayer {

  /**
   * Creates the layer.
   *
   * @param epsilon more than 0 and finite, both as a float
   * @throws IllegalArgumentException if {@code epsilon} is out of range
   */
  public LayerNorm {
    checkArgument(
        Checks.positive(epsilon), "epsilon must be > 0 and finite in float32, got %s", epsilon);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Checks.only("LayerNorm", inputs);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    int channels = Checks.only("LayerNorm", inputs).channels();
    return List.of(
        ParameterSpec.perChannel(ParameterRole.GAMMA, channels),
        ParameterSpec.perChannel(ParameterRole.BETA, channels));
  }

  @Override
  public String kerasClass() {
    return "layer_normalization";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
