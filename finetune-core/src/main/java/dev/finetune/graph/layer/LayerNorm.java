package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * Normalisation over the channels, for each place of an image, or over a vector (J. Ba et al.,
 * "Layer Normalization", 2016), with learned gamma and beta.
 *
 * @param epsilon added to the variance
 */
@JsonTypeName("LayerNorm")
public record LayerNorm(double epsilon) implements BasicLayer {

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
