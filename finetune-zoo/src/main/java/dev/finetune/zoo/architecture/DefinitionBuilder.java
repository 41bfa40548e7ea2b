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
 * A builder of definitions, layer by layer. A new layer reads the tip, by default the layer added
 * last, and becomes the new tip.
 *
 * <p>Not thread-safe.
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
   * Creates a builder whose tip is the input.
   *
   * @param norm the batch normalisation that {@link #norm(String)} adds
   */
  DefinitionBuilder(Form form, BatchNorm norm) {
    this.form = form;
    this.norm = norm;
    this.tip = "input_1";
    graph.add(tip, new Input(Shape.image(3, form.height(), form.width())));
  }

  /**
   * Returns PyTorch's default batch normalisation. PyTorch's momentum of 0.1 is the weight of the
   * new value, which corresponds to 0.9 here.
   */
  static BatchNorm torchNorm() {
    return new BatchNorm(1e-5, 0.9);
  }

  /** Returns Keras' default batch normalisation. */
  static BatchNorm kerasNorm() {
    return new BatchNorm(1e-3, 0.99);
  }

  Form form() {
    return form;
  }

  boolean keras() {
    return form.keras();
  }

  /** Returns the name of the layer that the next one reads. */
  String tip() {
    return tip;
  }

  /** Returns the output shape of the tip. */
  Shape shape() {
    return graph.shape(tip);
  }

  /** Makes a layer the tip. */
  DefinitionBuilder from(String name) {
    graph.shape(name);
    tip = name;
    return this;
  }

  DefinitionBuilder then(String name, Layer layer) {
    return join(name, layer, tip);
  }

  /** Adds a layer with several inputs. */
  DefinitionBuilder join(String name, Layer layer, String... inputs) {
    graph.add(name, layer, inputs);
    tip = name;
    return this;
  }

  /** Sets the names of the tip's tensors in torchvision, up to the last dot. */
  DefinitionBuilder torchvision(String... names) {
    return names(Dialect.TORCHVISION, names);
  }

  /** Sets the names of the tip's tensors in timm, up to the last dot. */
  DefinitionBuilder timm(String... names) {
    return names(Dialect.TIMM, names);
  }

  /** Sets the names of the tip's tensors in torchvision and timm, up to the last dot. */
  DefinitionBuilder torch(String... names) {
    return torchvision(names).timm(names);
  }

  /** Sets the class of the tip in Keras, where it does not follow from the layer. */
  DefinitionBuilder kerasClass(String name) {
    return kerasClass("", name);
  }

  /** Sets the class of the tip in Keras and the sequential model that contains it there. */
  DefinitionBuilder kerasClass(String block, String name) {
    kerasClasses.put(tip, new KerasClass(block, name));
    return this;
  }

  /** Marks the tip as a layer that Keras does not count; see {@link LayerGraph#counted()}. */
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

  /** Adds a convolution without bias or activation. */
  DefinitionBuilder conv(String name, int filters, int kernel, int stride, Padding padding) {
    return then(name, Conv2d.plain(filters, kernel, stride, padding));
  }

  /** Adds a convolution with bias. */
  DefinitionBuilder convBias(
      String name, int filters, int kernel, int stride, Padding padding, Activation activation) {
    return then(name, new Conv2d(filters, kernel, stride, padding, true, activation));
  }

  /** Adds a depthwise convolution without bias or activation. */
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
   * Adds the padding before a convolution of stride 2. Keras pads even sides more at the end, as
   * TensorFlow does ({@code imagenet_utils.correct_pad}); PyTorch pads all sides alike.
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

  /** Marks the tip as the end of a stage; see {@link LayerGraph#stages()}. */
  DefinitionBuilder endStage() {
    graph.stage(tip);
    return this;
  }

  boolean hasTop() {
    return form.top() != Top.NONE;
  }

  /** Adds the last layer of the classifier, with the activation of the form's top. */
  DefinitionBuilder classes(String name) {
    Activation activation = form.top() == Top.SOFTMAX ? Activation.SOFTMAX : Activation.LINEAR;
    return then(name, new Dense(CLASSES, activation));
  }

  /** Adds the pooling of the form, if there is no top. */
  DefinitionBuilder pooled() {
    if (!hasTop() && form.pooling() == Pooling.AVG) {
      return then("avg_pool", new GlobalAveragePool());
    } else if (!hasTop() && form.pooling() == Pooling.MAX) {
      return then("max_pool", new GlobalMaxPool());
    }
    return this;
  }

  /** Builds the definition, with the tip as the output. */
  Definition build() {
    return new Definition(
        graph.build(List.of(tip)).inKerasOrder(),
        tensorNames.buildOrThrow(),
        kerasClasses.buildOrThrow());
  }
}
