package dev.finetune.graph.layer;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A depthwise convolution followed by a 1 x 1 one, as one layer, as Keras counts it. Only the
 * latter has a bias and an activation.
 *
 * @param filters output channels
 * @param kernel side of the depthwise window
 */
@JsonTypeName("SeparableConv2d")
public record SeparableConv2d(
    int filters, int kernel, int stride, Padding padding, boolean bias, Activation activation)
    implements CompositeLayer {

  /** Returns the first half. */
  public Conv2d depthwise(Shape input) {
    return Conv2d.depthwise(input.channels(), kernel, stride, padding);
  }

  /** Returns the second half. */
  public Conv2d pointwise() {
    return new Conv2d(filters, 1, 1, Padding.VALID, bias, activation);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape between = depthwise(Checks.image("SeparableConv2d", inputs)).outputShape(inputs);
    return pointwise().outputShape(List.of(between));
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    Shape in = Checks.image("SeparableConv2d", inputs);
    ParameterSpec windows = depthwise(in).parameters(inputs).get(0);
    List<ParameterSpec> all = new ArrayList<>();
    all.add(new ParameterSpec(ParameterRole.DEPTHWISE_KERNEL, windows.shape()));
    all.addAll(pointwise().parameters(inputs));
    return all;
  }

  @Override
  public List<Part> parts(List<Shape> inputs) {
    Conv2d depthwise = depthwise(Checks.image("SeparableConv2d", inputs));
    return List.of(
        new Part(
            "/depthwise",
            depthwise,
            Map.of(ParameterRole.KERNEL, ParameterRole.DEPTHWISE_KERNEL),
            Map.of()),
        new Part(
            "",
            pointwise(),
            Map.of(
                ParameterRole.KERNEL, ParameterRole.KERNEL,
                ParameterRole.BIAS, ParameterRole.BIAS),
            Map.of()));
  }

  @Override
  public String kerasClass() {
    return "separable_conv2d";
  }
}
