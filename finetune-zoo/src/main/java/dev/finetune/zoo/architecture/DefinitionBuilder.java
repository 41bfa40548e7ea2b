package dev.finetune.zoo.architecture;

import com.google.common.collect.ImmutableMap;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.GlobalMaxPool;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Layer;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.graph.layer.ZeroPad;
import java.util.List;

/**
 * Writes a network down, layer after layer. What is added reads the tip, and becomes it.
 *
 * <p>Not to be used by several threads.
 */
final class DefinitionBuilder {

  private static final int CLASSES = 1000;

  private final LayerGraph.Builder graph = LayerGraph.builder();
  private final ImmutableMap.Builder<String, String> tensorNames = ImmutableMap.builder();
  private final ImmutableMap.Builder<String, KerasClass> kerasClasses = ImmutableMap.builder();
  private final Form form;
  private final BatchNorm norm;
  private String tip;

  /**
   * @param norm every batch normalisation of the network
   */
  DefinitionBuilder(Form form, BatchNorm norm) {
    this.form = form;
    this.norm = norm;
    this.tip = "input_1";
    graph.add(tip, new Input(Shape.image(3, form.height(), form.width())));
  }

  /** PyTorch's defaults for batch normalisation; its momentum 0.1 is the share of the new. */
  static BatchNorm torchNorm() {
    return new BatchNorm(1e-5, 0.9);
  }

  /** Keras' defaults for batch normalisation. */
  static BatchNorm kerasNorm() {
    return new BatchNorm(1e-3, 0.99);
  }

  Form form() {
    return form;
  }

  boolean keras() {
    return form.keras();
  }

  /** The name of the layer that the next one reads. */
  String tip() {
    return tip;
  }

  /** What the tip gives. */
  Shape shape() {
    return graph.shape(tip);
  }

  /** Goes on from that layer. */
  DefinitionBuilder from(String name) {
    graph.shape(name);
    tip = name;
    return this;
  }

  DefinitionBuilder then(String name, Layer layer) {
    return join(name, layer, tip);
  }

  /** A layer that reads several. */
  DefinitionBuilder join(String name, Layer layer, String... inputs) {
    graph.add(name, layer, inputs);
    tip = name;
    return this;
  }

  /** What torchvision calls the tip's tensors, up to the last dot. */
  DefinitionBuilder torchvision(String... names) {
    return names(Dialect.TORCHVISION, names);
  }

  /** What timm calls the tip's tensors, up to the last dot. */
  DefinitionBuilder timm(String... names) {
    return names(Dialect.TIMM, names);
  }

  /** What both call the tip's tensors. */
  DefinitionBuilder torch(String... names) {
    return torchvision(names).timm(names);
  }

  /** What class the tip has in Keras, where it is another than usual. */
  DefinitionBuilder kerasClass(String name) {
    return kerasClass("", name);
  }

  /** What class the tip has in Keras, and in which sequential model Keras has it. */
  DefinitionBuilder kerasClass(String block, String name) {
    kerasClasses.put(tip, new KerasClass(block, name));
    return this;
  }

  /** Says that Keras does not count the tip; see {@link LayerGraph#counted()}. */
  DefinitionBuilder uncounted() {
    graph.uncounted(tip);
    return this;
  }

  private DefinitionBuilder names(Dialect dialect, String... names) {
    if (form.dialect() == dialect) {
      for (String name : names) {
        tensorNames.put(name, tip);
      }
    }
    return this;
  }

  /** A convolution without bias or activation. */
  DefinitionBuilder conv(String name, int filters, int kernel, int stride, Padding padding) {
    return then(name, Conv2d.plain(filters, kernel, stride, padding));
  }

  /** A convolution with bias. */
  DefinitionBuilder convBias(
      String name, int filters, int kernel, int stride, Padding padding, Activation activation) {
    return then(name, new Conv2d(filters, kernel, stride, padding, true, activation));
  }

  /** A convolution without bias of each channel by itself. */
  DefinitionBuilder depthwise(String name, int kernel, int stride, Padding padding) {
    return then(name, Conv2d.depthwise(shape().channels(), kernel, stride, padding));
  }

  DefinitionBuilder norm(String name) {
    return then(name, norm);
  }

  DefinitionBuilder activate(String name, Activation activation) {
    return then(name, new Activate(activation));
  }

  DefinitionBuilder relu(String name) {
    return activate(name, Activation.RELU);
  }

  DefinitionBuilder pad(String name, int around) {
    return then(name, new ZeroPad(around));
  }

  /**
   * The padding before a convolution of stride 2: Keras' puts more at the end where the image is
   * even, as TensorFlow does ({@code imagenet_utils.correct_pad}), PyTorch's is the same all
   * around.
   */
  DefinitionBuilder padForStride(String name, int kernel) {
    int half = kernel / 2;
    if (!form.keras()) {
      return pad(name, half);
    }
    int top = half - 1 + shape().height() % 2;
    int left = half - 1 + shape().width() % 2;
    return then(name, new ZeroPad(top, half, left, half));
  }

  /** The end of a stage; see {@link LayerGraph#stages()}. */
  DefinitionBuilder endStage() {
    graph.stage(tip);
    return this;
  }

  boolean hasTop() {
    return form.top() != Top.NONE;
  }

  /** The last layer of a classifier. */
  DefinitionBuilder classes(String name) {
    Activation activation = form.top() == Top.SOFTMAX ? Activation.SOFTMAX : Activation.LINEAR;
    return then(name, new Dense(CLASSES, activation));
  }

  /** Pools as the form says, if there is no top. */
  DefinitionBuilder pooled() {
    if (!hasTop() && form.pooling() == Pooling.AVG) {
      return then("avg_pool", new GlobalAveragePool());
    } else if (!hasTop() && form.pooling() == Pooling.MAX) {
      return then("max_pool", new GlobalMaxPool());
    }
    return this;
  }

  /** The network, whose output is the tip. */
  Definition build() {
    return new Definition(
        graph.build(List.of(tip)).inKerasOrder(),
        tensorNames.buildOrThrow(),
        kerasClasses.buildOrThrow());
  }
}
