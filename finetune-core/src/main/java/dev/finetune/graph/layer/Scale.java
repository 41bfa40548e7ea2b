package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Map;

/**
 * The product of each channel of an image and a learned factor, like the layer scale of ConvNeXt.
 *
 * @param initial the factor before training
 */
@JsonTypeName("Scale")
public record Scale(double initial) implements CompositeLayer {

  /**
   * Creates the layer.
   *
   * @param initial finite as a float
   * @throws IllegalArgumentException if {@code initial} is not finite
   */
  public Scale {
    checkArgument(Checks.finite(initial), "initial must be finite in float32, got %s", initial);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Checks.image("Scale", inputs);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    int channels = Checks.image("Scale", inputs).channels();
    return List.of(ParameterSpec.perChannel(ParameterRole.GAMMA, channels));
  }

  /** Returns a 1 x 1 depthwise convolution. */
  @Override
  public List<Part> parts(List<Shape> inputs) {
    int channels = Checks.image("Scale", inputs).channels();
    return List.of(
        new Part(
            "",
            Conv2d.depthwise(channels, 1, 1, Padding.VALID),
            Map.of(ParameterRole.KERNEL, ParameterRole.GAMMA),
            Map.of()));
  }

  @Override
  public double initialGamma() {
    return initial;
  }

  @Override
  public String kerasClass() {
    return "layer_scale";
  }
}
