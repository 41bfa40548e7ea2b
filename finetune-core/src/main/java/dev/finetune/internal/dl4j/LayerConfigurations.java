package dev.finetune.internal.dl4j;

import dev.finetune.graph.Activation;
import dev.finetune.graph.Layer;
import dev.finetune.graph.Padding;
import dev.finetune.graph.Shape;
import java.util.List;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.nd4j.linalg.learning.config.Sgd;

/** Each kind of layer in Deeplearning4j's terms. */
final class LayerConfigurations {

  private LayerConfigurations() {}

  /** Either a layer's configuration or a vertex without parameters. */
  sealed interface Configured {
    record OfLayer(org.deeplearning4j.nn.conf.layers.Layer layer) implements Configured {}

    record OfVertex(GraphVertex vertex) implements Configured {}
  }

  static Configured of(Layer layer, List<Shape> inputs, boolean frozen) {
    if (layer instanceof Layer.Conv2d conv) {
      return layer(convolution(conv, inputs.get(0)), frozen);
    } else if (layer instanceof Layer.MaxPool pool) {
      return layer(
          pooling(
              SubsamplingLayer.PoolingType.MAX,
              pool.window(),
              pool.stride(),
              pool.padding(),
              inputs.get(0)));
    } else if (layer instanceof Layer.AveragePool pool) {
      return layer(
          pooling(
              SubsamplingLayer.PoolingType.AVG,
              pool.window(),
              pool.stride(),
              pool.padding(),
              inputs.get(0)));
    } else if (layer instanceof Layer.GlobalAveragePool) {
      return layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).poolingDimensions(2, 3).build());
    } else if (layer instanceof Layer.Activate activate) {
      return layer(activation(activate.activation()));
    } else if (layer instanceof Layer.BatchNorm norm) {
      return frozen
          ? layer(new FrozenBatchNorm(inputs.get(0).channels(), norm.epsilon()), true)
          : layer(batchNorm(norm, inputs.get(0)), false);
    } else if (layer instanceof Layer.Concat) {
      MergeVertex merge = new MergeVertex();
      merge.setMergeAxis(1);
      return new Configured.OfVertex(merge);
    } else if (layer instanceof Layer.Add) {
      return new Configured.OfVertex(new ElementWiseVertex(ElementWiseVertex.Op.Add));
    } else if (layer instanceof Layer.Flatten) {
      return flatten(inputs.get(0));
    } else if (layer instanceof Layer.Dense dense) {
      return layer(
          new DenseLayer.Builder()
              .nIn(inputs.get(0).channels())
              .nOut(dense.units())
              .activation(dl4j(dense.activation()))
              .build(),
          frozen);
    } else if (layer instanceof Layer.Dropout dropout) {
      // Deeplearning4j's number is the fraction kept, and it refuses to keep all.
      return layer(
          dropout.rate() == 0
              ? activation(Activation.LINEAR)
              : new DropoutLayer.Builder(1 - dropout.rate()).build());
    }
    throw new IllegalStateException("The engine has no " + layer.kind() + " inside a graph");
  }

  /**
   * Depthwise convolutions have a layer of their own; other groups Deeplearning4j does not know,
   * and they become an ordinary convolution that is zero from one group to another.
   */
  private static ConvolutionLayer convolution(Layer.Conv2d conv, Shape input) {
    int reach = (conv.kernel() - 1) * conv.dilation() + 1;
    ConvolutionLayer.BaseConvBuilder<?> builder =
        Kernels.depthwise(conv, input)
            ? new DepthwiseConvolution2D.Builder()
                .depthMultiplier(conv.filters() / input.channels())
            : new ConvolutionLayer.Builder();
    builder
        .kernelSize(conv.kernel(), conv.kernel())
        .stride(conv.stride(), conv.stride())
        .dilation(conv.dilation(), conv.dilation())
        .nIn(input.channels())
        .nOut(conv.filters())
        .convolutionMode(mode(conv.padding(), reach, conv.stride(), input))
        .hasBias(conv.bias())
        .activation(dl4j(conv.activation()));
    return (ConvolutionLayer) builder.build();
  }

  private static SubsamplingLayer pooling(
      SubsamplingLayer.PoolingType type, int window, int stride, Padding padding, Shape input) {
    return new SubsamplingLayer.Builder(
            type, new int[] {window, window}, new int[] {stride, stride})
        .convolutionMode(mode(padding, window, stride, input))
        .build();
  }

  private static BatchNormalization batchNorm(Layer.BatchNorm norm, Shape input) {
    return new BatchNormalization.Builder()
        .nIn(input.channels())
        .nOut(input.channels())
        .eps(norm.epsilon())
        .decay(norm.momentum())
        .useLogStd(false)
        .build();
  }

  private static ActivationLayer activation(Activation activation) {
    return new ActivationLayer.Builder().activation(dl4j(activation)).build();
  }

  private static Configured flatten(Shape input) {
    if (input.flat()) {
      return layer(activation(Activation.LINEAR));
    }
    return new Configured.OfVertex(
        new PreprocessorVertex(
            new CnnToFeedForwardPreProcessor(input.height(), input.width(), input.channels())));
  }

  private static Configured layer(org.deeplearning4j.nn.conf.layers.Layer layer) {
    return new Configured.OfLayer(layer);
  }

  /**
   * A frozen layer behind the cut keeps its values because its updater multiplies the gradient by
   * zero. (Deeplearning4j's NoOp updater does not: it subtracts the gradient as it is.)
   */
  private static Configured layer(
      org.deeplearning4j.nn.conf.layers.BaseLayer layer, boolean frozen) {
    if (frozen) {
      layer.setIUpdater(new Sgd(0.0));
      layer.setBiasUpdater(new Sgd(0.0));
    }
    return new Configured.OfLayer(layer);
  }

  /**
   * Where the window is smaller than the stride, "same" can need no padding at all; Deeplearning4j
   * then computes a negative one and fails, and whole windows give the same result.
   */
  private static ConvolutionMode mode(Padding padding, int window, int stride, Shape input) {
    boolean pads =
        needsPadding(input.height(), window, stride) || needsPadding(input.width(), window, stride);
    return padding == Padding.SAME && pads ? ConvolutionMode.Same : ConvolutionMode.Truncate;
  }

  private static boolean needsPadding(int in, int window, int stride) {
    int out = (in + stride - 1) / stride;
    return (out - 1) * stride + window > in;
  }

  private static org.nd4j.linalg.activations.Activation dl4j(Activation activation) {
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
    };
  }
}
