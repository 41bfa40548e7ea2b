package dev.finetune.internal.dl4j;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.AveragePool;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.GlobalMaxPool;
import dev.finetune.graph.layer.Layer;
import dev.finetune.graph.layer.LayerNorm;
import dev.finetune.graph.layer.MaxPool;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.graph.layer.SeparableConv2d;
import dev.finetune.graph.layer.Shape;
import dev.finetune.graph.layer.ZeroPad;
import dev.finetune.weights.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.params.SeparableConvolutionParamInitializer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The reader of one Deeplearning4j layer, which may become several layers of a graph. */
final class LayerReader {

  /** A layer with its name. */
  record Named(String name, Layer layer) {}

  private static final double LEAK = 0.01;

  private final String name;
  private final org.deeplearning4j.nn.conf.layers.Layer source;
  private final Shape input;
  private final List<Named> layers = new ArrayList<>();

  /**
   * Reads a layer.
   *
   * @throws IllegalArgumentException if the layer or one of its settings is not supported
   */
  LayerReader(String name, org.deeplearning4j.nn.conf.layers.Layer source, Shape input) {
    this.name = name;
    this.source = unwrapped(source);
    this.input = input;
    require(known(this.source.getClass()), "the custom layer " + this.source.getClass().getName());
    dropout();
    read();
  }

  private static org.deeplearning4j.nn.conf.layers.Layer unwrapped(
      org.deeplearning4j.nn.conf.layers.Layer layer) {
    if (layer instanceof FrozenLayer frozen) {
      return unwrapped(frozen.getLayer());
    }
    return layer instanceof FrozenLayerWithBackprop frozen
        ? unwrapped(frozen.getUnderlying())
        : layer;
  }

  /**
   * Returns whether a class is Deeplearning4j's or of this package. Any other class may compute
   * something else than the layer that it extends.
   */
  private static boolean known(Class<?> type) {
    return type.getName().startsWith("org.deeplearning4j.nn.conf.layers.")
        || type == ChannelNorm.class
        || type == FixedBatchNorm.class
        || type == UnscaledBatchNorm.class;
  }

  /** Returns the layers in order; the last one has the layer's name and parameters. */
  List<Named> layers() {
    return layers;
  }

  /**
   * Reads a layer's dropout, which applies to its input. Deeplearning4j's rate is the part kept.
   */
  private void dropout() {
    IDropout dropout = source.getIDropout();
    if (dropout == null) {
      return;
    }
    if (!(dropout instanceof Dropout plain) || plain.getPSchedule() != null) {
      throw unknown("the dropout " + dropout);
    }
    String own = source instanceof DropoutLayer ? name : name + "/dropout";
    layers.add(new Named(own, new dev.finetune.graph.layer.Dropout(1 - plain.getP())));
  }

  private void read() {
    if (source instanceof ConvolutionLayer conv) {
      convolution(conv);
    } else if (source instanceof SubsamplingLayer pool) {
      pooling(pool);
    } else if (source instanceof ZeroPaddingLayer border) {
      requireChannelsFirst(border.getDataFormat());
      int[] sides = border.getPadding();
      add(new ZeroPad(sides[0], sides[1], sides[2], sides[3]));
    } else if (source instanceof ChannelNorm norm) {
      add(new LayerNorm(norm.getEps()));
    } else if (source instanceof BatchNormalization norm) {
      requireChannelsFirst(norm.getCnn2DFormat());
      add(new BatchNorm(norm.getEps(), norm.getDecay()));
    } else if (source instanceof ActivationLayer activation) {
      add(new Activate(activation(activation.getActivationFn())));
    } else if (source instanceof GlobalPoolingLayer pool) {
      globalPooling(pool);
    } else if (source instanceof DenseLayer dense) {
      require(!dense.hasLayerNorm(), "a dense layer with layer normalisation");
      add(new Dense((int) dense.getNOut(), activation(dense.getActivationFn())));
    } else if (source instanceof BaseOutputLayer output && input.flat()) {
      add(new Dense((int) output.getNOut(), activation(output.getActivationFn())));
    } else if (source instanceof LossLayer loss) {
      add(new Activate(activation(loss.getActivationFn())));
    } else if (!(source instanceof DropoutLayer)) {
      throw unknown(source.getClass().getSimpleName());
    } else if (layers.isEmpty()) {
      add(new Activate(Activation.LINEAR));
    }
  }

  private void convolution(ConvolutionLayer conv) {
    require(!(conv instanceof Deconvolution2D), "a deconvolution");
    requireChannelsFirst(conv.getCnn2dDataFormat());
    int[] kernel = conv.getKernelSize();
    int stride = same("stride", conv.getStride());
    int dilation = same("dilation", conv.getDilation());
    Padding padding = padding(conv.getConvolutionMode(), conv.getPadding());
    Activation activation = activation(conv.getActivationFn());
    if (conv instanceof SeparableConvolution2D separable) {
      require(
          separable.getDepthMultiplier() == 1 && kernel[0] == kernel[1] && dilation == 1,
          "a separable convolution with a depth multiplier, a dilation or a non-square window");
      add(
          new SeparableConv2d(
              (int) conv.getNOut(), kernel[0], stride, padding, conv.isHasBias(), activation));
      return;
    }
    boolean depthwise = conv instanceof DepthwiseConvolution2D;
    int multiplier = conv instanceof DepthwiseConvolution2D each ? each.getDepthMultiplier() : 1;
    add(
        new Conv2d(
            depthwise ? input.channels() * multiplier : (int) conv.getNOut(),
            kernel[0],
            kernel[1],
            stride,
            padding,
            dilation,
            depthwise ? input.channels() : 1,
            conv.isHasBias(),
            activation));
  }

  private void pooling(SubsamplingLayer pool) {
    requireChannelsFirst(pool.getCnn2dDataFormat());
    int window = same("window", pool.getKernelSize());
    int stride = same("stride", pool.getStride());
    same("dilation", pool.getDilation());
    require(pool.getDilation()[0] == 1, "a pooling with dilation");
    boolean padded = pool.getConvolutionMode() != ConvolutionMode.Same && pads(pool.getPadding());
    require(!padded, "a pooling with explicit padding (other than ConvolutionMode.Same)");
    Padding padding = padding(pool.getConvolutionMode(), pool.getPadding());
    switch (pool.getPoolingType()) {
      case MAX -> add(new MaxPool(window, stride, padding));
      case AVG -> add(new AveragePool(window, stride, padding));
      default -> throw unknown("a pooling of type " + pool.getPoolingType());
    }
  }

  private void globalPooling(GlobalPoolingLayer pool) {
    if (pool.getPoolingType() == PoolingType.AVG) {
      add(new GlobalAveragePool(!pool.isCollapseDimensions()));
    } else {
      require(
          pool.getPoolingType() == PoolingType.MAX && pool.isCollapseDimensions(),
          "a global pooling of type " + pool.getPoolingType());
      add(new GlobalMaxPool());
    }
  }

  /** Returns the padding mode. Explicit padding becomes a separate layer before this one. */
  private Padding padding(ConvolutionMode mode, int[] padding) {
    if (mode == ConvolutionMode.Same) {
      return Padding.SAME;
    }
    require(
        mode == ConvolutionMode.Truncate || mode == ConvolutionMode.Strict,
        "the convolution mode " + mode);
    if (pads(padding)) {
      layers.add(
          new Named(
              name + "/padding", new ZeroPad(padding[0], padding[0], padding[1], padding[1])));
    }
    return Padding.VALID;
  }

  private static boolean pads(int[] padding) {
    return Arrays.stream(padding).anyMatch(p -> p > 0);
  }

  private int same(String what, int[] both) {
    require(
        both.length == 2 && both[0] == both[1],
        "a " + what + " of " + Arrays.toString(both) + " (vertical and horizontal must be equal)");
    return both[0];
  }

  private void requireChannelsFirst(CNN2DFormat format) {
    require(format == CNN2DFormat.NCHW, "the data format " + format + " (it must be NCHW)");
  }

  private void add(Layer layer) {
    layers.add(new Named(name, layer));
  }

  private void require(boolean known, String what) {
    checkArgument(known, "Layer \"%s\": %s is not supported", name, what);
  }

  private IllegalArgumentException unknown(String what) {
    return new IllegalArgumentException("Layer \"" + name + "\": " + what + " is not supported");
  }

  private Activation activation(IActivation function) {
    if (function instanceof ActivationIdentity) {
      return Activation.LINEAR;
    } else if (function instanceof ActivationReLU) {
      require(function.equals(new ActivationReLU()), "the activation " + function);
      return Activation.RELU;
    } else if (function instanceof ActivationReLU6) {
      return Activation.RELU6;
    } else if (function instanceof ActivationLReLU leaky) {
      require(
          leaky.getAlpha() == LEAK, "a leaky ReLU with a slope other than 0.01 (" + leaky + ")");
      return Activation.LEAKY_RELU;
    } else if (function instanceof ActivationELU elu) {
      require(elu.getAlpha() == 1, "an ELU with an alpha other than 1 (" + elu + ")");
      return Activation.ELU;
    } else if (function instanceof ActivationTanH) {
      return Activation.TANH;
    } else if (function instanceof ActivationSigmoid) {
      return Activation.SIGMOID;
    } else if (function instanceof ActivationSwish) {
      return Activation.SWISH;
    } else if (function instanceof ActivationSoftmax) {
      return Activation.SOFTMAX;
    } else if (function instanceof HardSigmoid) {
      return Activation.HARD_SIGMOID;
    } else if (function instanceof HardSwish) {
      return Activation.HARD_SWISH;
    } else if (function instanceof Gelu) {
      return Activation.GELU;
    }
    throw unknown("the activation " + function);
  }

  /**
   * Returns the layer's values in this library's layouts.
   *
   * @param parameters the layer's parameters by Deeplearning4j's keys
   */
  Map<ParameterRole, Tensor> tensors(Map<String, INDArray> parameters) {
    Map<ParameterRole, Tensor> tensors = new EnumMap<>(ParameterRole.class);
    Named last = layers.get(layers.size() - 1);
    Shape before = input;
    for (Named part : layers.subList(0, layers.size() - 1)) {
      before = part.layer().outputShape(List.of(before));
    }
    Layer layer = last.layer();
    List<Shape> inputs = List.of(before);
    for (ParameterSpec spec : layer.parameters(inputs)) {
      tensors.put(spec.role(), tensor(layer, spec, parameters));
    }
    return tensors;
  }

  private Tensor tensor(Layer layer, ParameterSpec spec, Map<String, INDArray> parameters) {
    ParameterRole role = spec.role();
    if (source instanceof BatchNormalization norm) {
      if (norm.isLockGammaBeta() && role.learned()) {
        double locked = role == ParameterRole.GAMMA ? norm.getGamma() : norm.getBeta();
        return filled(spec, (float) locked);
      } else if (norm.isUseLogStd() && role == ParameterRole.MOVING_VARIANCE) {
        return Tensor.of(spec.shape(), variance(parameters));
      }
    }
    String key = key(role);
    if (!parameters.containsKey(key) && role == ParameterRole.BIAS) {
      return filled(spec, 0); // a dense layer without bias
    }
    float[] values = floats(parameters, key);
    return source instanceof DepthwiseConvolution2D && role == ParameterRole.KERNEL
        ? Kernels.fromDepthwise((Conv2d) layer, spec, values)
        : Tensor.of(spec.shape(), values);
  }

  private String key(ParameterRole role) {
    if (source instanceof SeparableConvolution2D && role == ParameterRole.KERNEL) {
      return SeparableConvolutionParamInitializer.POINT_WISE_WEIGHT_KEY;
    }
    return role == ParameterRole.DEPTHWISE_KERNEL
        ? SeparableConvolutionParamInitializer.DEPTH_WISE_WEIGHT_KEY
        : Parameters.key(role);
  }

  /** Returns the variance of a layer that stores the decimal logarithm of the deviation. */
  private float[] variance(Map<String, INDArray> parameters) {
    float[] values = floats(parameters, BatchNormalizationParamInitializer.GLOBAL_LOG_STD);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.pow(10, 2.0 * values[i]);
    }
    return values;
  }

  private float[] floats(Map<String, INDArray> parameters, String key) {
    INDArray values = parameters.get(key);
    if (values == null) {
      throw unknown("a layer without its tensor " + key);
    }
    return values.dup('c').data().asFloat();
  }

  private static Tensor filled(ParameterSpec spec, float value) {
    float[] values = new float[Math.toIntExact(spec.count())];
    Arrays.fill(values, value);
    return Tensor.of(spec.shape(), values);
  }
}
