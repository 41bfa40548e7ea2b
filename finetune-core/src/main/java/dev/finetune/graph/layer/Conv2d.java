package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * A two-dimensional convolution (cross-correlation) with an optional activation.
 *
 * @param filters output channels
 * @param kernelHeight rows of the window
 * @param kernelWidth columns of the window
 * @param stride step of the window, down and across
 * @param dilation distance between the values that a window reads; 1 is an ordinary window
 * @param groups into how many groups channels and filters are split, each computed for itself; 1 is
 *     an ordinary convolution, as many as there are channels a depthwise one
 */
@JsonTypeName("Conv2d")
public record Conv2d(
    int filters,
    int kernelHeight,
    int kernelWidth,
    int stride,
    Padding padding,
    int dilation,
    int groups,
    boolean bias,
    Activation activation)
    implements ActivatedLayer {

  public Conv2d {
    checkArgument(
        filters > 0
            && kernelHeight > 0
            && kernelWidth > 0
            && stride > 0
            && dilation > 0
            && groups > 0,
        "filters, kernel, stride, dilation and groups are positive; got %s, %s x %s, %s, %s, %s",
        filters,
        kernelHeight,
        kernelWidth,
        stride,
        dilation,
        groups);
    checkArgument(
        filters % groups == 0,
        "filters are a multiple of groups; got %s filters, %s groups",
        filters,
        groups);
  }

  /** Makes one with a square window. */
  public Conv2d(
      int filters,
      int kernel,
      int stride,
      Padding padding,
      int dilation,
      int groups,
      boolean bias,
      Activation activation) {
    this(filters, kernel, kernel, stride, padding, dilation, groups, bias, activation);
  }

  /** Makes an ordinary convolution: square, neither dilated nor in groups. */
  public Conv2d(
      int filters, int kernel, int stride, Padding padding, boolean bias, Activation activation) {
    this(filters, kernel, stride, padding, 1, 1, bias, activation);
  }

  /** Returns one without bias or activation, as before a batch normalisation. */
  public static Conv2d plain(int filters, int kernel, int stride, Padding padding) {
    return new Conv2d(filters, kernel, stride, padding, false, Activation.LINEAR);
  }

  /** Returns a depthwise one without bias or activation: each channel has a window of its own. */
  public static Conv2d depthwise(int channels, int kernel, int stride, Padding padding) {
    return new Conv2d(channels, kernel, stride, padding, 1, channels, false, Activation.LINEAR);
  }

  @Override
  public Conv2d with(Activation other) {
    return new Conv2d(
        filters, kernelHeight, kernelWidth, stride, padding, dilation, groups, bias, other);
  }

  /** Returns a copy with a bias. */
  public Conv2d withBias() {
    return new Conv2d(
        filters, kernelHeight, kernelWidth, stride, padding, dilation, groups, true, activation);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape in = Checks.image("Conv2d", inputs);
    checkArgument(
        in.channels() % groups == 0,
        "channels are a multiple of groups; got %s channels, %s groups",
        in.channels(),
        groups);
    return Windows.slide(
        in,
        filters,
        (kernelHeight - 1) * dilation + 1,
        (kernelWidth - 1) * dilation + 1,
        stride,
        padding);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    int channels = Checks.image("Conv2d", inputs).channels() / groups;
    ParameterSpec weights =
        new ParameterSpec(
            ParameterRole.KERNEL, List.of(filters, channels, kernelHeight, kernelWidth));
    return bias
        ? List.of(weights, new ParameterSpec(ParameterRole.BIAS, List.of(filters)))
        : List.of(weights);
  }

  /** Returns that of a depthwise convolution for every one in groups. */
  @Override
  public String kerasClass() {
    return groups > 1 ? "depthwise_conv2d" : "conv2d";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
