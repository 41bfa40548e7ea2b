package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The constant affine function factor * x + offset of each channel of an image, as in networks that
 * contain their preprocessing.
 *
 * @param factors the factor of each channel
 * @param offsets the offset of each channel
 */
@JsonTypeName("Rescale")
public record Rescale(List<Double> factors, List<Double> offsets) implements CompositeLayer {

  /**
   * Creates the layer.
   *
   * @param factors one per channel, finite as floats; copied
   * @param offsets one per channel, finite as floats; copied
   * @throws IllegalArgumentException if a value is not finite
   */
  public Rescale {
    factors = List.copyOf(factors);
    offsets = List.copyOf(offsets);
    checkArgument(
        Stream.concat(factors.stream(), offsets.stream()).allMatch(Checks::finite),
        "factors and offsets must be finite in float32, got %s and %s",
        factors,
        offsets);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape in = Checks.image("Rescale", inputs);
    checkArgument(
        factors.size() == in.channels() && offsets.size() == in.channels(),
        "Rescale must have a factor and an offset for each of the %s channels, got %s factors and"
            + " %s offsets",
        in.channels(),
        factors.size(),
        offsets.size());
    return in;
  }

  /** Returns a 1 x 1 depthwise convolution with a bias. */
  @Override
  public List<Part> parts(List<Shape> inputs) {
    int channels = Checks.image("Rescale", inputs).channels();
    return List.of(
        new Part(
            "",
            Conv2d.depthwise(channels, 1, 1, Padding.VALID).withBias(),
            Map.of(),
            Map.of(ParameterRole.KERNEL, factors, ParameterRole.BIAS, offsets)));
  }

  @Override
  public String kerasClass() {
    return "rescaling";
  }
}
