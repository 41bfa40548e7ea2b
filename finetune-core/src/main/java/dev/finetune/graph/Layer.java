package dev.finetune.graph;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What one node of a network does. The set is closed: the engine, the weight readers and the
 * reports handle every kind.
 */
public sealed interface Layer {

  /** The shape after this layer, or an {@link IllegalArgumentException} that says what is wrong. */
  Shape outputShape(List<Shape> inputs);

  /** The parameter tensors it needs for these inputs, in the order in which Keras stores them. */
  default List<ParameterSpec> parameters(List<Shape> inputs) {
    return List.of();
  }

  /**
   * Whether it draws at random in training, so that one input gives other outputs each time. Where
   * such a layer is not frozen nothing behind it is the same in every epoch.
   */
  default boolean random() {
    return false;
  }

  /** The name of the kind, as {@code describe()} prints it. */
  default String kind() {
    return getClass().getSimpleName();
  }

  /** Where data enters; it has no inputs. */
  record Input(Shape shape) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      checkArgument(inputs.isEmpty(), "An input layer takes no inputs, got %s", inputs);
      return shape;
    }
  }

  /**
   * A two-dimensional convolution (cross-correlation) with an optional activation.
   *
   * @param filters output channels
   * @param kernelHeight rows of the window
   * @param kernelWidth columns of the window
   * @param stride step of the window, down and across
   * @param dilation distance between the values that a window reads; 1 is an ordinary window
   * @param groups into how many groups channels and filters are split, each computed for itself; 1
   *     is an ordinary convolution, as many as there are channels a depthwise one
   */
  record Conv2d(
      int filters,
      int kernelHeight,
      int kernelWidth,
      int stride,
      Padding padding,
      int dilation,
      int groups,
      boolean bias,
      Activation activation)
      implements Layer {
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

    /** One with a square window. */
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

    /** An ordinary convolution: square, neither dilated nor in groups. */
    public Conv2d(
        int filters, int kernel, int stride, Padding padding, boolean bias, Activation activation) {
      this(filters, kernel, stride, padding, 1, 1, bias, activation);
    }

    /** One without bias or activation, as before a batch normalisation. */
    public static Conv2d plain(int filters, int kernel, int stride, Padding padding) {
      return new Conv2d(filters, kernel, stride, padding, false, Activation.LINEAR);
    }

    /** A depthwise one without bias or activation: each channel has a window of its own. */
    public static Conv2d depthwise(int channels, int kernel, int stride, Padding padding) {
      return new Conv2d(channels, kernel, stride, padding, 1, channels, false, Activation.LINEAR);
    }

    /** A copy with that activation. */
    public Conv2d with(Activation other) {
      return new Conv2d(
          filters, kernelHeight, kernelWidth, stride, padding, dilation, groups, bias, other);
    }

    /** A copy with a bias. */
    public Conv2d withBias() {
      return new Conv2d(
          filters, kernelHeight, kernelWidth, stride, padding, dilation, groups, true, activation);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape in = image("Conv2d", inputs);
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
      int channels = image("Conv2d", inputs).channels() / groups;
      ParameterSpec weights =
          new ParameterSpec(
              ParameterRole.KERNEL, List.of(filters, channels, kernelHeight, kernelWidth));
      return bias
          ? List.of(weights, new ParameterSpec(ParameterRole.BIAS, List.of(filters)))
          : List.of(weights);
    }
  }

  /**
   * A depthwise convolution followed by a 1 x 1 one, as one layer, as Keras counts it. Only the
   * latter has a bias and an activation.
   *
   * @param filters output channels
   * @param kernel side of the depthwise window
   */
  record SeparableConv2d(
      int filters, int kernel, int stride, Padding padding, boolean bias, Activation activation)
      implements Layer {

    /** The first half. */
    public Conv2d depthwise(Shape input) {
      return Conv2d.depthwise(input.channels(), kernel, stride, padding);
    }

    /** The second half. */
    public Conv2d pointwise() {
      return new Conv2d(filters, 1, 1, Padding.VALID, bias, activation);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape between = depthwise(image("SeparableConv2d", inputs)).outputShape(inputs);
      return pointwise().outputShape(List.of(between));
    }

    @Override
    public List<ParameterSpec> parameters(List<Shape> inputs) {
      Shape in = image("SeparableConv2d", inputs);
      ParameterSpec windows = depthwise(in).parameters(inputs).get(0);
      List<ParameterSpec> all = new ArrayList<>();
      all.add(new ParameterSpec(ParameterRole.DEPTHWISE_KERNEL, windows.shape()));
      all.addAll(pointwise().parameters(inputs));
      return all;
    }
  }

  /** Zeros around an image; a pooling behind it sees them as values. */
  record ZeroPad(int top, int bottom, int left, int right) implements Layer {
    public ZeroPad {
      checkArgument(
          top >= 0 && bottom >= 0 && left >= 0 && right >= 0,
          "zero padding is not negative; got %s, %s, %s, %s",
          top,
          bottom,
          left,
          right);
    }

    /** The same on every side. */
    public ZeroPad(int around) {
      this(around, around, around, around);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape in = image("ZeroPad", inputs);
      return Shape.image(in.channels(), in.height() + top + bottom, in.width() + left + right);
    }
  }

  /** Maximum over a square window. */
  record MaxPool(int window, int stride, Padding padding) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape in = image("MaxPool", inputs);
      return Windows.slide(in, in.channels(), window, window, stride, padding);
    }
  }

  /** Mean over a square window; padding is left out of the mean. */
  record AveragePool(int window, int stride, Padding padding) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape in = image("AveragePool", inputs);
      return Windows.slide(in, in.channels(), window, window, stride, padding);
    }
  }

  /**
   * Mean of every feature map.
   *
   * @param keepDimensions whether the result is an image of 1 x 1 and not a vector
   */
  record GlobalAveragePool(boolean keepDimensions) implements Layer {

    /** One that gives a vector. */
    public GlobalAveragePool() {
      this(false);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return overall(image("GlobalAveragePool", inputs), keepDimensions);
    }
  }

  /** Maximum of every feature map: an image becomes a vector of its channels. */
  record GlobalMaxPool() implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return overall(image("GlobalMaxPool", inputs), false);
    }
  }

  /** A non-linearity of its own. */
  record Activate(Activation activation) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return only("Activate", inputs);
    }
  }

  /**
   * Normalisation by batch statistics in training and by running ones in inference, and, while
   * frozen, by running ones always.
   *
   * @param epsilon added to the variance
   * @param momentum the share of the old running statistic that a step keeps, in [0, 1)
   * @param scale whether the result is multiplied by a learned gamma; beta is always there
   */
  record BatchNorm(double epsilon, double momentum, boolean scale) implements Layer {
    public BatchNorm {
      checkArgument(
          positive(epsilon) && momentum >= 0 && momentum < 1,
          "epsilon must be > 0 and finite in float32, and momentum in [0, 1); got %s, %s",
          epsilon,
          momentum);
    }

    /** One with gamma and beta. */
    public BatchNorm(double epsilon, double momentum) {
      this(epsilon, momentum, true);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return only("BatchNorm", inputs);
    }

    @Override
    public List<ParameterSpec> parameters(List<Shape> inputs) {
      int channels = only("BatchNorm", inputs).channels();
      return Stream.of(
              ParameterRole.GAMMA,
              ParameterRole.BETA,
              ParameterRole.MOVING_MEAN,
              ParameterRole.MOVING_VARIANCE)
          .filter(role -> scale || role != ParameterRole.GAMMA)
          .map(role -> ParameterSpec.perChannel(role, channels))
          .toList();
    }
  }

  /**
   * Normalisation over the channels, for each place of an image, or over a vector (J. Ba et al.,
   * "Layer Normalization", 2016), with learned gamma and beta.
   *
   * @param epsilon added to the variance
   */
  record LayerNorm(double epsilon) implements Layer {
    public LayerNorm {
      checkArgument(
          positive(epsilon), "epsilon must be > 0 and finite in float32, got %s", epsilon);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return only("LayerNorm", inputs);
    }

    @Override
    public List<ParameterSpec> parameters(List<Shape> inputs) {
      int channels = only("LayerNorm", inputs).channels();
      return List.of(
          ParameterSpec.perChannel(ParameterRole.GAMMA, channels),
          ParameterSpec.perChannel(ParameterRole.BETA, channels));
    }
  }

  /**
   * Each channel times a learned factor, as ConvNeXt's layer scale.
   *
   * @param initial the factor before training
   */
  record Scale(double initial) implements Layer {
    public Scale {
      checkArgument(finite(initial), "initial must be finite in float32, got %s", initial);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return image("Scale", inputs);
    }

    @Override
    public List<ParameterSpec> parameters(List<Shape> inputs) {
      int channels = image("Scale", inputs).channels();
      return List.of(ParameterSpec.perChannel(ParameterRole.GAMMA, channels));
    }
  }

  /**
   * Each channel times a constant plus a constant, as networks do that preprocess images inside.
   *
   * @param factors for each channel
   * @param offsets for each channel
   */
  record Rescale(List<Double> factors, List<Double> offsets) implements Layer {
    public Rescale {
      factors = List.copyOf(factors);
      offsets = List.copyOf(offsets);
      checkArgument(
          Stream.concat(factors.stream(), offsets.stream()).allMatch(Layer::finite),
          "factors and offsets must be finite in float32, got %s and %s",
          factors,
          offsets);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape in = image("Rescale", inputs);
      checkArgument(
          factors.size() == in.channels() && offsets.size() == in.channels(),
          "Rescale has a factor and an offset for each of %s channels; got %s and %s",
          in.channels(),
          factors.size(),
          offsets.size());
      return in;
    }
  }

  /**
   * Each channel minus its mean over its standard deviation, both stored with the weights and never
   * trained: Keras' {@code Normalization}. The tensor {@code COUNT} comes with Keras' files and has
   * no effect.
   */
  record Normalize() implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return image("Normalize", inputs);
    }

    @Override
    public List<ParameterSpec> parameters(List<Shape> inputs) {
      int channels = image("Normalize", inputs).channels();
      return List.of(
          ParameterSpec.perChannel(ParameterRole.MOVING_MEAN, channels),
          ParameterSpec.perChannel(ParameterRole.MOVING_VARIANCE, channels),
          ParameterSpec.perChannel(ParameterRole.COUNT, 1));
    }
  }

  /** Channels of several images of one size, side by side, in the order of the inputs. */
  record Concat() implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      checkArgument(inputs.size() >= 2, "Concat joins at least two layers, got %s", inputs);
      Shape first = inputs.get(0);
      checkArgument(
          inputs.stream()
              .allMatch(
                  s ->
                      s.height() == first.height()
                          && s.width() == first.width()
                          && s.flat() == first.flat()),
          "Concat joins layers of one height and width, got %s",
          inputs);
      int channels = inputs.stream().mapToInt(Shape::channels).sum();
      return new Shape(channels, first.height(), first.width(), first.flat());
    }
  }

  /** Element-wise sum of layers of one shape: a residual connection. */
  record Add() implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      checkArgument(inputs.size() >= 2, "Add takes at least two layers, got %s", inputs);
      checkArgument(
          inputs.stream().distinct().count() == 1, "Add takes layers of one shape, got %s", inputs);
      return inputs.get(0);
    }
  }

  /**
   * Element-wise product of two layers of one shape, or of an image and one value for each of its
   * channels (an image of 1 x 1): squeeze and excitation.
   */
  record Multiply() implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      checkArgument(inputs.size() == 2, "Multiply takes two layers, got %s", inputs);
      Shape first = inputs.get(0);
      Shape second = inputs.get(1);
      boolean perChannel = !first.flat() && second.equals(Shape.image(first.channels(), 1, 1));
      checkArgument(
          first.equals(second) || perChannel,
          "Multiply takes an image and either one of the same shape or one of 1 x 1 and as many"
              + " channels, got %s",
          inputs);
      return first;
    }
  }

  /** The same values in channel, height, width order, seen as an image of another shape. */
  record Reshape(int channels, int height, int width) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape in = only("Reshape", inputs);
      Shape out = Shape.image(channels, height, width);
      checkArgument(
          in.size() == out.size(), "Reshape keeps the number of values; got %s to %s", in, out);
      return out;
    }
  }

  /** An image as a vector, channel by channel (CHW); a vector stays as it is. */
  record Flatten() implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Shape.vector(only("Flatten", inputs).size());
    }
  }

  /** A fully connected layer over a vector. */
  record Dense(int units, Activation activation) implements Layer {
    public Dense {
      checkArgument(units > 0, "units are positive, got %s", units);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      vector(inputs);
      return Shape.vector(units);
    }

    @Override
    public List<ParameterSpec> parameters(List<Shape> inputs) {
      return List.of(
          new ParameterSpec(ParameterRole.KERNEL, List.of(vector(inputs).channels(), units)),
          new ParameterSpec(ParameterRole.BIAS, List.of(units)));
    }

    private static Shape vector(List<Shape> inputs) {
      Shape in = only("Dense", inputs);
      checkArgument(in.flat(), "Dense takes a vector (flatten or pool first), got %s", in);
      return in;
    }
  }

  /**
   * In training sets each value to zero with probability {@code rate} and scales the others by 1 /
   * (1 - rate); in inference it does nothing.
   *
   * @param rate the fraction dropped, as in Keras and PyTorch, in [0, 1)
   */
  record Dropout(double rate) implements Layer {
    public Dropout {
      checkArgument(
          rate >= 0 && rate < 1, "dropout is the fraction dropped, in [0, 1); got %s", rate);
    }

    @Override
    public boolean random() {
      return rate > 0;
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return only("Dropout", inputs);
    }
  }

  /**
   * In training leaves out a whole example's values with probability {@code rate} and scales the
   * others by 1 / (1 - rate), so that a residual block is skipped (G. Huang et al., "Deep Networks
   * with Stochastic Depth", 2016); in inference it does nothing.
   *
   * @param rate the fraction dropped, in [0, 1)
   */
  record StochasticDepth(double rate) implements Layer {
    public StochasticDepth {
      checkArgument(
          rate >= 0 && rate < 1,
          "stochastic depth is the fraction dropped, in [0, 1); got %s",
          rate);
    }

    @Override
    public boolean random() {
      return rate > 0;
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return only("StochasticDepth", inputs);
    }
  }

  /** Engines compute in float32. */
  private static boolean finite(double value) {
    return Float.isFinite((float) value);
  }

  private static boolean positive(double value) {
    return (float) value > 0 && finite(value);
  }

  private static Shape overall(Shape in, boolean keepDimensions) {
    return keepDimensions ? Shape.image(in.channels(), 1, 1) : Shape.vector(in.channels());
  }

  private static Shape only(String kind, List<Shape> inputs) {
    checkArgument(inputs.size() == 1, "%s takes one input, got %s", kind, inputs);
    return inputs.get(0);
  }

  private static Shape image(String kind, List<Shape> inputs) {
    Shape in = only(kind, inputs);
    checkArgument(!in.flat(), "%s takes an image, got a vector of %s", kind, in);
    return in;
  }
}
