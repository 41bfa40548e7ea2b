package dev.finetune.graph;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;

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
   * A square two-dimensional convolution (cross-correlation) with an optional activation.
   *
   * @param filters output channels
   * @param kernel side of the window
   * @param stride step of the window
   * @param dilation distance between the values that a window reads; 1 is an ordinary window
   * @param groups into how many groups channels and filters are split, each computed for itself; 1
   *     is an ordinary convolution, as many as there are channels a depthwise one
   */
  record Conv2d(
      int filters,
      int kernel,
      int stride,
      Padding padding,
      int dilation,
      int groups,
      boolean bias,
      Activation activation)
      implements Layer {
    public Conv2d {
      checkArgument(
          filters > 0 && kernel > 0 && stride > 0 && dilation > 0 && groups > 0,
          "filters, kernel, stride, dilation and groups are positive; got %s, %s, %s, %s, %s",
          filters,
          kernel,
          stride,
          dilation,
          groups);
      checkArgument(
          filters % groups == 0,
          "filters are a multiple of groups; got %s filters, %s groups",
          filters,
          groups);
    }

    /** An ordinary convolution: neither dilated nor in groups. */
    public Conv2d(
        int filters, int kernel, int stride, Padding padding, boolean bias, Activation activation) {
      this(filters, kernel, stride, padding, 1, 1, bias, activation);
    }

    /** A copy with that activation. */
    public Conv2d with(Activation other) {
      return new Conv2d(filters, kernel, stride, padding, dilation, groups, bias, other);
    }

    /** A copy with a bias. */
    public Conv2d withBias() {
      return new Conv2d(filters, kernel, stride, padding, dilation, groups, true, activation);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape in = image("Conv2d", inputs);
      checkArgument(
          in.channels() % groups == 0,
          "channels are a multiple of groups; got %s channels, %s groups",
          in.channels(),
          groups);
      return Windows.slide(in, filters, (kernel - 1) * dilation + 1, stride, padding);
    }

    @Override
    public List<ParameterSpec> parameters(List<Shape> inputs) {
      int channels = image("Conv2d", inputs).channels() / groups;
      ParameterSpec weights =
          new ParameterSpec(ParameterRole.KERNEL, List.of(filters, channels, kernel, kernel));
      return bias
          ? List.of(weights, new ParameterSpec(ParameterRole.BIAS, List.of(filters)))
          : List.of(weights);
    }
  }

  /** Maximum over a square window. */
  record MaxPool(int window, int stride, Padding padding) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape in = image("MaxPool", inputs);
      return Windows.slide(in, in.channels(), window, stride, padding);
    }
  }

  /** Mean over a square window; padding is left out of the mean. */
  record AveragePool(int window, int stride, Padding padding) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape in = image("AveragePool", inputs);
      return Windows.slide(in, in.channels(), window, stride, padding);
    }
  }

  /** Mean of every feature map: an image becomes a vector of its channels. */
  record GlobalAveragePool() implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Shape.vector(image("GlobalAveragePool", inputs).channels());
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
   */
  record BatchNorm(double epsilon, double momentum) implements Layer {
    public BatchNorm {
      checkArgument(
          epsilon > 0 && momentum >= 0 && momentum < 1,
          "epsilon is positive and momentum in [0, 1); got %s, %s",
          epsilon,
          momentum);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return only("BatchNorm", inputs);
    }

    @Override
    public List<ParameterSpec> parameters(List<Shape> inputs) {
      List<Integer> perChannel = List.of(only("BatchNorm", inputs).channels());
      return List.of(
          new ParameterSpec(ParameterRole.GAMMA, perChannel),
          new ParameterSpec(ParameterRole.BETA, perChannel),
          new ParameterSpec(ParameterRole.MOVING_MEAN, perChannel),
          new ParameterSpec(ParameterRole.MOVING_VARIANCE, perChannel));
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
    public Shape outputShape(List<Shape> inputs) {
      return only("Dropout", inputs);
    }
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
