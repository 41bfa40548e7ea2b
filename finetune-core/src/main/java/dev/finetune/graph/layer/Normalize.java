package dev.finetune.graph.layer;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The normalisation (x - mean) / sqrt(variance) of each channel of an image, with a stored mean and
 * variance that are never trained, like {@code Normalization} in Keras. The tensor {@code COUNT} is
 * part of Keras files and has no effect.
 */
@JsonTypeName("Normalize")
public record Normalize() implements CompositeLayer {

  /** An epsilon that is positive, as batch normalisation requires, but too small to matter. */
  private static final double NO_EPSILON = 1e-12;

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Checks.image("Normalize", inputs);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    int channels = Checks.image("Normalize", inputs).channels();
    return List.of(
        ParameterSpec.perChannel(ParameterRole.MOVING_MEAN, channels),
        ParameterSpec.perChannel(ParameterRole.MOVING_VARIANCE, channels),
        ParameterSpec.perChannel(ParameterRole.COUNT, 1));
  }

  /** Returns a batch normalisation with the stored statistics, a gamma of 1 and a beta of 0. */
  @Override
  public List<Part> parts(List<Shape> inputs) {
    int channels = Checks.image("Normalize", inputs).channels();
    return List.of(
        new Part(
            "",
            new BatchNorm(NO_EPSILON, 0),
            Map.of(
                ParameterRole.MOVING_MEAN, ParameterRole.MOVING_MEAN,
                ParameterRole.MOVING_VARIANCE, ParameterRole.MOVING_VARIANCE),
            Map.of(
                ParameterRole.GAMMA, Collections.nCopies(channels, 1.0),
                ParameterRole.BETA, Collections.nCopies(channels, 0.0))));
  }

  @Override
  public String kerasClass() {
    return "normalization";
  }
}
