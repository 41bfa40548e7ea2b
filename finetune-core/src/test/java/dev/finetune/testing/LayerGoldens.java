package dev.finetune.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.engine.Batch;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Add;
import dev.finetune.graph.layer.AveragePool;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Concat;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.GlobalMaxPool;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Layer;
import dev.finetune.graph.layer.LayerNorm;
import dev.finetune.graph.layer.MaxPool;
import dev.finetune.graph.layer.Multiply;
import dev.finetune.graph.layer.Normalize;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.graph.layer.Rescale;
import dev.finetune.graph.layer.Reshape;
import dev.finetune.graph.layer.Scale;
import dev.finetune.graph.layer.SeparableConv2d;
import dev.finetune.graph.layer.Shape;
import dev.finetune.graph.layer.StochasticDepth;
import dev.finetune.graph.layer.ZeroPad;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Outputs that Keras or torch computed for every kind of layer, composite kinds included. */
public final class LayerGoldens {

  private static final Shape IMAGE = Shape.image(3, 7, 7);
  private static final Shape VECTOR = Shape.vector(6);
  private static final JsonNode GOLDENS = Goldens.read("layers.json");

  private LayerGoldens() {}

  /** Returns the graphs by name. */
  public static Map<String, LayerGraph> graphs() {
    Map<String, LayerGraph> cases = new LinkedHashMap<>();
    cases.put("conv same", image(conv(3, 1, Padding.SAME, true)));
    cases.put("conv same stride 2", image(conv(3, 2, Padding.SAME, true)));
    cases.put("conv same even", image(conv(2, 1, Padding.SAME, true)));
    cases.put("conv valid stride 2", image(conv(3, 2, Padding.VALID, true)));
    cases.put("conv without bias", image(conv(3, 1, Padding.VALID, false)));
    cases.put("max pool valid", image(new MaxPool(3, 2, Padding.VALID)));
    cases.put("max pool same", image(new MaxPool(3, 2, Padding.SAME)));
    cases.put("average pool valid", image(new AveragePool(3, 2, Padding.VALID)));
    cases.put("average pool same", image(new AveragePool(3, 2, Padding.SAME)));
    cases.put("global average pool", image(new GlobalAveragePool()));
    cases.put("batch norm", image(new BatchNorm(1e-3, 0.99)));
    cases.put("conv tall", image(window(3, 1)));
    cases.put("conv wide", image(window(1, 2)));
    cases.put(
        "separable conv",
        image(new SeparableConv2d(4, 3, 2, Padding.SAME, true, Activation.LINEAR)));
    cases.put("zero pad", image(new ZeroPad(1, 3, 2, 0)));
    cases.put(
        "zero pad before conv", image(new ZeroPad(0, 1, 0, 1), conv(3, 2, Padding.VALID, true)));
    Layer pool = new MaxPool(3, 2, Padding.VALID);
    cases.put("zero pad before max pool", image(new ZeroPad(1), pool));
    cases.put(
        "zero pad before rectified max pool",
        image(new Activate(Activation.RELU), new ZeroPad(1), pool));
    cases.put("global average pool as image", image(new GlobalAveragePool(true)));
    cases.put("global max pool", image(new GlobalMaxPool()));
    cases.put("batch norm without scale", image(new BatchNorm(1e-3, 0.99, false)));
    cases.put("layer norm", image(new LayerNorm(1e-6)));
    cases.put("layer norm of vectors", vector(new LayerNorm(1e-6)));
    cases.put("scale", image(new Scale(1e-6)));
    cases.put("rescale", image(new Rescale(List.of(2.0, -0.5, 0.25), List.of(1.0, 0.0, -3.0))));
    cases.put("normalize", image(new Normalize()));
    cases.put("multiply", twoBranches(new Multiply()));
    cases.put("multiply by channel", excitation());
    cases.put("reshape", vector(new Reshape(3, 2, 1)));
    cases.put("stochastic depth", image(new StochasticDepth(0.5)));
    cases.put("flatten", image(new Flatten()));
    cases.put("dropout", image(new Dropout(0.5)));
    cases.put("concat", twoBranches(new Concat()));
    cases.put("add", twoBranches(new Add()));
    cases.put("dense", vector(new Dense(5, Activation.LINEAR)));
    for (Activation activation : Activation.values()) {
      String name = "activation " + activation.name().toLowerCase(Locale.ROOT);
      Layer layer = new Activate(activation);
      cases.put(name, activation == Activation.SOFTMAX ? vector(layer) : image(layer));
    }
    return cases;
  }

  /** Returns the expected output of a graph, one example after another. */
  public static float[] expected(String name) {
    if (!GOLDENS.has(name)) {
      throw new IllegalArgumentException("No golden is named \"" + name + "\"");
    }
    return Goldens.floats(GOLDENS.get(name));
  }

  /** Returns the two examples that the outputs belong to. */
  public static Batch inputs(LayerGraph graph) {
    Shape shape = graph.inputs().get(0).output();
    float[] both = Goldens.wave(2 * shape.size(), shape.flat() ? 0.47 : 0.31);
    return Batch.of(
        List.of(
            new float[][] {Arrays.copyOfRange(both, 0, shape.size())},
            new float[][] {Arrays.copyOfRange(both, shape.size(), both.length)}));
  }

  /** Returns the weights that the outputs were computed with. */
  public static Weights weights(LayerGraph graph) {
    Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create();
    for (Node node : graph.nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        float[] values = Goldens.wave((int) spec.count(), frequency(node.layer(), spec.role()));
        if (spec.role() == ParameterRole.MOVING_VARIANCE) {
          for (int i = 0; i < values.length; i++) {
            values[i] += 1.5f;
          }
        }
        tensors.put(node.name(), spec.role(), Tensor.of(spec.shape(), values));
      }
    }
    return Weights.of(tensors);
  }

  private static double frequency(Layer layer, ParameterRole role) {
    return switch (role) {
      case KERNEL -> layer instanceof Dense ? 0.21 : 0.13;
      case DEPTHWISE_KERNEL -> 0.17;
      case BIAS -> 0.9;
      case GAMMA -> 1.1;
      case BETA -> 1.2;
      case MOVING_MEAN -> 1.3;
      case MOVING_VARIANCE -> 1.4;
      case COUNT -> 1.5;
    };
  }

  private static Layer conv(int kernel, int stride, Padding padding, boolean bias) {
    return new Conv2d(4, kernel, stride, padding, bias, Activation.LINEAR);
  }

  private static Layer window(int height, int width) {
    return new Conv2d(4, height, width, 1, Padding.SAME, 1, 1, true, Activation.LINEAR);
  }

  private static LayerGraph excitation() {
    return LayerGraph.builder()
        .add("in", new Input(IMAGE))
        .then("squeeze", new GlobalAveragePool(true))
        .add("joined", new Multiply(), "in", "squeeze")
        .build();
  }

  private static LayerGraph image(Layer... layers) {
    LayerGraph.Builder graph = LayerGraph.builder().add("in", new Input(IMAGE));
    for (int i = 0; i < layers.length; i++) {
      graph.then("layer" + i, layers[i]);
    }
    return graph.build();
  }

  private static LayerGraph vector(Layer layer) {
    return LayerGraph.builder().add("in", new Input(VECTOR)).then("layer", layer).build();
  }

  private static LayerGraph twoBranches(Layer layer) {
    return LayerGraph.builder()
        .add("in", new Input(IMAGE))
        .then("tanh", new Activate(Activation.TANH))
        .add("joined", layer, "tanh", "in")
        .build();
  }
}
