package dev.finetune.internal.dl4j;

import dev.finetune.engine.NormPolicy;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Add;
import dev.finetune.graph.layer.AveragePool;
import dev.finetune.graph.layer.BasicLayer;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Concat;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.GlobalMaxPool;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.LayerNorm;
import dev.finetune.graph.layer.MaxPool;
import dev.finetune.graph.layer.Multiply;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Reshape;
import dev.finetune.graph.layer.Shape;
import dev.finetune.graph.layer.StochasticDepth;
import dev.finetune.graph.layer.ZeroPad;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.learning.config.Sgd;

/** The conversion of each type of layer to a Deeplearning4j configuration. */
final class LayerConfigurations implements BasicLayer.Visitor<LayerConfigurations.Configured> {

  private final Node node;
  private final List<Shape> inputs;
  private final boolean frozen;
  private final Optional<NormPolicy> training;

  private LayerConfigurations(
      Node node, List<Shape> inputs, boolean frozen, Optional<NormPolicy> training) {
    this.node = node;
    this.inputs = inputs;
    this.frozen = frozen;
    this.training = training;
  }

  /** Either a layer's configuration or a vertex without parameters. */
  sealed interface Configured {

    /**
     * Returns whether its output has separate memory. In inference, Deeplearning4j's activation
     * layer overwrites its input, and dropout and flattening return the memory of their input.
     */
    boolean ownMemory();

    /** A layer's configuration. */
    record OfLayer(org.deeplearning4j.nn.conf.layers.Layer layer, boolean ownMemory)
        implements Configured {}

    /** A vertex without parameters. */
    record OfVertex(GraphVertex vertex, boolean ownMemory) implements Configured {}
  }

  /**
   * Returns the configuration of a layer.
   *
   * @param training present for a network that is trained by this engine and never saved
   */
  static Configured of(
      Node node, List<Shape> inputs, boolean frozen, Optional<NormPolicy> training) {
    return node.layer().basic().accept(new LayerConfigurations(node, inputs, frozen, training));
  }

  @Override
  public Configured visit(Input layer) {
    throw new IllegalStateException("A layer with inputs is required, got " + layer.kind());
  }

  @Override
  public Configured visit(Conv2d conv) {
    return layer(convolution(conv, inputs.get(0)), frozen);
  }

  @Override
  public Configured visit(ZeroPad border) {
    return layer(
        new ZeroPaddingLayer.Builder(border.top(), border.bottom(), border.left(), border.right())
            .build());
  }

  @Override
  public Configured visit(MaxPool pool) {
    return layer(
        pooling(
            SubsamplingLayer.PoolingType.MAX,
            pool.window(),
            pool.stride(),
            pool.padding(),
            inputs.get(0)));
  }

  @Override
  public Configured visit(AveragePool pool) {
    return layer(
        pooling(
            SubsamplingLayer.PoolingType.AVG,
            pool.window(),
            pool.stride(),
            pool.padding(),
            inputs.get(0)));
  }

  @Override
  public Configured visit(GlobalAveragePool pool) {
    return layer(overall(PoolingType.AVG, pool.keepDimensions()));
  }

  @Override
  public Configured visit(GlobalMaxPool pool) {
    return layer(overall(PoolingType.MAX, false));
  }

  @Override
  public Configured visit(Activate activate) {
    return passingOn(activation(activate.activation()));
  }

  @Override
  public Configured visit(BatchNorm norm) {
    int channels = inputs.get(0).channels();
    if (frozen) {
      return layer(new FixedBatchNorm(channels, norm.epsilon(), false), true);
    }
    // In inference, a gamma that is fixed at 1 needs no special treatment.
    return training
        .map(norms -> trainedNorm(node.name(), norm, channels, norms))
        .orElseGet(() -> layer(batchNorm(norm, channels, norm.momentum()), false));
  }

  @Override
  public Configured visit(LayerNorm norm) {
    return layer(new ChannelNorm(inputs.get(0).channels(), norm.epsilon()), frozen);
  }

  @Override
  public Configured visit(Concat concat) {
    MergeVertex merge = new MergeVertex();
    merge.setMergeAxis(1);
    return new Configured.OfVertex(merge, true);
  }

  @Override
  public Configured visit(Add add) {
    return new Configured.OfVertex(new ElementWiseVertex(ElementWiseVertex.Op.Add), true);
  }

  @Override
  public Configured visit(Multiply multiply) {
    return new Configured.OfVertex(new ElementWiseVertex(ElementWiseVertex.Op.Product), true);
  }

  @Override
  public Configured visit(Reshape to) {
    return new Configured.OfVertex(
        new ReshapeVertex('c', new int[] {-1, to.channels(), to.height(), to.width()}, null),
        false);
  }

  @Override
  public Configured visit(Flatten flatten) {
    Shape input = inputs.get(0);
    return input.flat()
        ? passingOn(activation(Activation.LINEAR))
        : new Configured.OfVertex(
            new PreprocessorVertex(
                new CnnToFeedForwardPreProcessor(input.height(), input.width(), input.channels())),
            false);
  }

  @Override
  public Configured visit(Dense dense) {
    return layer(
        new DenseLayer.Builder()
            .nIn(inputs.get(0).channels())
            .nOut(dense.units())
            .activation(dl4j(dense.activation()))
            .build(),
        frozen);
  }

  /** Deeplearning4j's rate is the fraction kept, and must be less than 1. */
  @Override
  public Configured visit(Dropout dropout) {
    return passingOn(
        dropout.random()
            ? new DropoutLayer.Builder(1 - dropout.rate()).build()
            : activation(Activation.LINEAR));
  }

  @Override
  public Configured visit(StochasticDepth depth) {
    return passingOn(
        depth.random() && training.isPresent()
            ? new DropoutLayer.Builder(new WholeExampleDropout(depth.rate())).build()
            : activation(Activation.LINEAR));
  }

  /**
   * Returns a depthwise layer for depthwise convolutions. Deeplearning4j has no other grouped
   * convolutions; they become ordinary ones with zeros between the groups.
   */
  private static ConvolutionLayer convolution(Conv2d conv, Shape input) {
    // Dilation has no effect on a 1 x 1 window, but Deeplearning4j fails for it.
    int dilation = conv.kernelHeight() * conv.kernelWidth() == 1 ? 1 : conv.dilation();
    int height = (conv.kernelHeight() - 1) * dilation + 1;
    int width = (conv.kernelWidth() - 1) * dilation + 1;
    ConvolutionLayer.BaseConvBuilder<?> builder =
        Kernels.depthwise(conv, input)
            ? new DepthwiseConvolution2D.Builder()
                .depthMultiplier(conv.filters() / input.channels())
            : new ConvolutionLayer.Builder();
    builder
        .kernelSize(conv.kernelHeight(), conv.kernelWidth())
        .stride(conv.stride(), conv.stride())
        .dilation(dilation, dilation)
        .nIn(input.channels())
        .nOut(conv.filters())
        .convolutionMode(mode(conv.padding(), height, width, conv.stride(), input))
        .hasBias(conv.bias())
        .activation(dl4j(conv.activation()));
    return (ConvolutionLayer) builder.build();
  }

  private static SubsamplingLayer pooling(
      SubsamplingLayer.PoolingType type, int window, int stride, Padding padding, Shape input) {
    return new SubsamplingLayer.Builder(
            type, new int[] {window, window}, new int[] {stride, stride})
        .convolutionMode(mode(padding, window, window, stride, input))
        .build();
  }

  private static GlobalPoolingLayer overall(PoolingType type, boolean keepDimensions) {
    return new GlobalPoolingLayer.Builder(type)
        .poolingDimensions(2, 3)
        .collapseDimensions(!keepDimensions)
        .build();
  }

  private static Configured trainedNorm(
      String name, BatchNorm norm, int channels, NormPolicy norms) {
    if (norms.keeps(name)) {
      return layer(new FixedBatchNorm(channels, norm.epsilon(), norm.scale()), false);
    }
    // A momentum of 1 keeps the stored statistics.
    double momentum = norms.momentum(norm).orElse(1);
    return norm.scale()
        ? layer(batchNorm(norm, channels, momentum), false)
        : layer(new UnscaledBatchNorm(channels, norm.epsilon(), momentum), false);
  }

  private static BatchNormalization batchNorm(BatchNorm norm, int channels, double momentum) {
    return new BatchNormalization.Builder()
        .nIn(channels)
        .nOut(channels)
        .eps(norm.epsilon())
        .decay(momentum)
        .useLogStd(false)
        .build();
  }

  private static ActivationLayer activation(Activation activation) {
    return new ActivationLayer.Builder().activation(dl4j(activation)).build();
  }

  private static Configured layer(org.deeplearning4j.nn.conf.layers.Layer layer) {
    return new Configured.OfLayer(layer, true);
  }

  private static Configured passingOn(org.deeplearning4j.nn.conf.layers.Layer layer) {
    return new Configured.OfLayer(layer, false);
  }

  /**
   * Configures a layer with parameters. A frozen layer's updater multiplies the gradient by zero.
   * (Deeplearning4j's NoOp updater would subtract the unchanged gradient.)
   */
  private static Configured layer(
      org.deeplearning4j.nn.conf.layers.BaseLayer layer, boolean frozen) {
    if (frozen) {
      layer.setIUpdater(new Sgd(0.0));
      layer.setBiasUpdater(new Sgd(0.0));
    }
    return new Configured.OfLayer(layer, true);
  }

  /**
   * Returns the convolution mode. If the window is smaller than the stride, "same" padding may be
   * empty. Deeplearning4j then computes a negative padding and fails; truncation gives the same
   * result.
   */
  private static ConvolutionMode mode(
      Padding padding, int height, int width, int stride, Shape input) {
    boolean pads =
        needsPadding(input.height(), height, stride) || needsPadding(input.width(), width, stride);
    return padding == Padding.SAME && pads ? ConvolutionMode.Same : ConvolutionMode.Truncate;
  }

  private static boolean needsPadding(int in, int window, int stride) {
    int out = (in + stride - 1) / stride;
    return (out - 1) * stride + window > in;
  }

  private static IActivation dl4j(Activation activation) {
    return switch (activation) {
      case HARD_SIGMOID -> new HardSigmoid();
      case HARD_SWISH -> new HardSwish();
      case GELU -> new Gelu();
      default -> named(activation).getActivationFunction();
    };
  }

  private static org.nd4j.linalg.activations.Activation named(Activation activation) {
    return switch (activation) {
      case LINEAR -> org.nd4j.linalg.activations.Activation.IDENTITY;
      case RELU -> org.nd4j.linalg.activations.Activation.RELU;
      case RELU6 -> org.nd4j.linalg.activations.Activation.RELU6;
      case LEAKY_RELU -> org.nd4j.linalg.activations.Activation.LEAKYRELU;
      case ELU -> org.nd4j.linalg.activations.Activation.ELU;
      case TANH -> org.nd4j.linalg.activations.Activation.TANH;
      case SIGMOID -> org.nd4j.linalg.activations.Activation.SIGMOID;
      case SWISH -> org.nd4j.linalg.activations.Activation.SWISH;
      case SOFTMAX -> org.nd4j.linalg.activations.Activation.SOFTMAX;
      case HARD_SIGMOID, HARD_SWISH, GELU ->
          throw new IllegalStateException(
              "activation must be one that Deeplearning4j has, got " + activation);
    };
  }
}
