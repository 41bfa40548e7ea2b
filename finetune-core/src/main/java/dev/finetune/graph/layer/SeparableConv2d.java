package dev.finetune.graph.layer;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A depthwise convolution followed by a 1 x 1 convolution, as one layer like in Keras. Only the 1 x
 * 1 convolution has a bias and an activation.
 *
 * @param filters the number of output channels, at least 1
 * @param kernel rows and columns of the depthwise window, at least 1
 * @param stride the step of the depthwise window, down and across, at least 1
 * @param padding how the depthwise window treats the border
 * @param bias whether a learned bias is added to each filter
 * @param activation the function applied to the result
 */
@JsonTypeName("SeparableConv2d")
public record SeparableConv2d(
    int filters, int kernel, int stride, Padding padding, boolean bias, Activation activation)
    implements CompositeLayer {

  /**
   * Returns the depthwise convolution.
   *
   * @param input the shape of the layer's input
   * @return a convolution with one filter per channel of the input
   * @throws IllegalArgumentException if the kernel or stride is less than 1
   */
  public Conv2d depthwise(Shape input) {
    return Conv2d.depthwise(input.channels(), kernel, stride, padding);
  }

  /**
   * Returns the 1 x 1 convolution.
   *
   * @return a convolution with the filters, bias and activation of this layer
   * @throws IllegalArgumentException if {@code filters} is less than 1
   */
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
