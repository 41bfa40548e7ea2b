package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * A two-dimensional convolution (cross-correlation) of an image with an optional bias and
 * activation.
 *
 * @param filters the number of output channels, a multiple of {@code groups}
 * @param kernelHeight rows of the window
 * @param kernelWidth columns of the window
 * @param stride the step of the window, down and across
 * @param padding how the window treats the border
 * @param dilation the distance between neighbouring values that a window reads; 1 is an ordinary
 *     window
 * @param groups the number of groups into which input channels and filters are split. Each group is
 *     convolved separately: 1 is an ordinary convolution, the number of input channels a depthwise
 *     convolution. The number of input channels must be a multiple of it.
 * @param bias whether a learned bias is added to each filter
 * @param activation the function applied to the result
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

  /**
   * Creates a convolution.
   *
   * @param filters at least 1, a multiple of {@code groups}
   * @param kernelHeight at least 1
   * @param kernelWidth at least 1
   * @param stride at least 1
   * @param padding how the window treats the border
   * @param dilation at least 1
   * @param groups at least 1
   * @param bias whether there is a bias
   * @param activation the activation
   * @throws IllegalArgumentException if a value is out of range
   */
  public Conv2d {
    checkArgument(
        filters > 0
            && kernelHeight > 0
            && kernelWidth > 0
            && stride > 0
            && dilation > 0
            && groups > 0,
        "filters, kernel, stride, dilation and groups must be positive, got %s, %s x %s, %s, %s"
            + " and %s",
        filters,
        kernelHeight,
        kernelWidth,
        stride,
        dilation,
        groups);
    checkArgument(
        filters % groups == 0,
        "filters must be a multiple of groups, got %s filters and %s groups",
        filters,
        groups);
  }

  /**
   * Creates a convolution with a square window.
   *
   * @param filters at least 1, a multiple of {@code groups}
   * @param kernel rows and columns of the window, at least 1
   * @param stride at least 1
   * @param padding how the window treats the border
   * @param dilation at least 1
   * @param groups at least 1
   * @param bias whether there is a bias
   * @param activation the activation
   * @throws IllegalArgumentException if a value is out of range
   */
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

  /**
   * Creates a convolution with a square window, without dilation or groups.
   *
   * @param filters at least 1
   * @param kernel rows and columns of the window, at least 1
   * @param stride at least 1
   * @param padding how the window treats the border
   * @param bias whether there is a bias
   * @param activation the activation
   * @throws IllegalArgumentException if a value is out of range
   */
  public Conv2d(
      int filters, int kernel, int stride, Padding padding, boolean bias, Activation activation) {
    this(filters, kernel, stride, padding, 1, 1, bias, activation);
  }

  /**
   * Creates a convolution without bias or activation, as used before a batch normalisation.
   *
   * @param filters at least 1
   * @param kernel rows and columns of the window, at least 1
   * @param stride at least 1
   * @param padding how the window treats the border
   * @return the convolution
   * @throws IllegalArgumentException if a value is out of range
   */
  public static Conv2d plain(int filters, int kernel, int stride, Padding padding) {
    return new Conv2d(filters, kernel, stride, padding, false, Activation.LINEAR);
  }

  /**
   * Creates a depthwise convolution, one filter per channel, without bias or activation.
   *
   * @param channels the number of channels of the input, at least 1
   * @param kernel rows and columns of the window, at least 1
   * @param stride at least 1
   * @param padding how the window treats the border
   * @return the convolution
   * @throws IllegalArgumentException if a value is out of range
   */
  public static Conv2d depthwise(int channels, int kernel, int stride, Padding padding) {
    return new Conv2d(channels, kernel, stride, padding, 1, channels, false, Activation.LINEAR);
  }

  @Override
  public Conv2d with(Activation other) {
    return new Conv2d(
        filters, kernelHeight, kernelWidth, stride, padding, dilation, groups, bias, other);
  }

  /** {@return a copy with a bias} */
  public Conv2d withBias() {
    return new Conv2d(
        filters, kernelHeight, kernelWidth, stride, padding, dilation, groups, true, activation);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape in = Checks.image("Conv2d", inputs);
    checkArgument(
        in.channels() % groups == 0,
        "The number of input channels must be a multiple of groups, got %s channels and %s groups",
        in.channels(),
        groups);
    return Windows.slide(in, filters, span(kernelHeight), span(kernelWidth), stride, padding);
  }

  /** Returns the rows or columns that a window spans. */
  private int span(int kernel) {
    return Checks.size("The span of a window", (kernel - 1L) * dilation + 1);
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

  /** Returns the name of a depthwise convolution if there is more than one group. */
  @Override
  public String kerasClass() {
    return groups > 1 ? "depthwise_conv2d" : "conv2d";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
