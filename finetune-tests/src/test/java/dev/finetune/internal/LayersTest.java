package dev.finetune.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
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
import dev.finetune.internal.network.Network;
import dev.finetune.testing.Goldens;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of layer against torch, on both convolution paths. */
@Tag("numeric")
class LayersTest {

  /**
   * The longest sum is of 27 products of at most one, and is off by at most 28 roundings of 6e-8 of
   * 27. What layer normalisation divides by is 0.25 at least.
   */
  private static final float TOLERANCE = 28 * 6e-8f * 27;

  private static final Shape IMAGE = Shape.image(3, 7, 7);
  private static final Shape VECTOR = Shape.vector(6);
  private static final JsonNode GOLDENS = Goldens.read("layers.json");

  static Stream<Arguments> layers() {
    List<Arguments> cases = new ArrayList<>();
    cases.add(image("conv same", conv(3, 1, Padding.SAME, true)));
    cases.add(image("conv same stride 2", conv(3, 2, Padding.SAME, true)));
    cases.add(image("conv same even", conv(2, 1, Padding.SAME, true)));
    cases.add(image("conv valid stride 2", conv(3, 2, Padding.VALID, true)));
    cases.add(image("conv without bias", conv(3, 1, Padding.VALID, false)));
    cases.add(image("max pool valid", new MaxPool(3, 2, Padding.VALID)));
    cases.add(image("max pool same", new MaxPool(3, 2, Padding.SAME)));
    cases.add(image("average pool valid", new AveragePool(3, 2, Padding.VALID)));
    cases.add(image("average pool same", new AveragePool(3, 2, Padding.SAME)));
    cases.add(image("global average pool", new GlobalAveragePool()));
    cases.add(image("batch norm", new BatchNorm(1e-3, 0.99)));
    cases.add(image("conv tall", window(3, 1)));
    cases.add(image("conv wide", window(1, 2)));
    cases.add(
        image(
            "separable conv", new SeparableConv2d(4, 3, 2, Padding.SAME, true, Activation.LINEAR)));
    cases.add(image("zero pad", new ZeroPad(1, 3, 2, 0)));
    cases.add(
        image("zero pad before conv", new ZeroPad(0, 1, 0, 1), conv(3, 2, Padding.VALID, true)));
    Layer pool = new MaxPool(3, 2, Padding.VALID);
    cases.add(image("zero pad before max pool", new ZeroPad(1), pool));
    cases.add(
        image(
            "zero pad before rectified max pool",
            new Activate(Activation.RELU),
            new ZeroPad(1),
            pool));
    cases.add(image("global average pool as image", new GlobalAveragePool(true)));
    cases.add(image("global max pool", new GlobalMaxPool()));
    cases.add(image("batch norm without scale", new BatchNorm(1e-3, 0.99, false)));
    cases.add(image("layer norm", new LayerNorm(1e-6)));
    cases.add(vector("layer norm of vectors", new LayerNorm(1e-6)));
    cases.add(image("scale", new Scale(1e-6)));
    cases.add(image("rescale", new Rescale(List.of(2.0, -0.5, 0.25), List.of(1.0, 0.0, -3.0))));
    cases.add(image("normalize", new Normalize()));
    cases.add(Arguments.of("multiply", twoBranches(new Multiply())));
    cases.add(Arguments.of("multiply by channel", excitation()));
    cases.add(vector("reshape", new Reshape(3, 2, 1)));
    cases.add(image("stochastic depth", new StochasticDepth(0.5)));
    cases.add(image("flatten", new Flatten()));
    cases.add(image("dropout", new Dropout(0.5)));
    cases.add(Arguments.of("concat", twoBranches(new Concat())));
    cases.add(Arguments.of("add", twoBranches(new Add())));
    cases.add(vector("dense", new Dense(5, Activation.LINEAR)));
    for (Activation activation : Activation.values()) {
      String name = "activation " + activation.name().toLowerCase(Locale.ROOT);
      Layer layer = new Activate(activation);
      cases.add(activation == Activation.SOFTMAX ? vector(name, layer) : image(name, layer));
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  void should_compute_what_torch_computes(String name, LayerGraph graph) {
    assertThat(GOLDENS.has(name)).isTrue();
    float[] expected = Goldens.floats(GOLDENS.get(name));

    for (String engine : List.of("onednn", "dl4j")) {
      float[][] out =
          Network.of(graph, weights(graph), EngineOptions.defaults().engine(engine))
              .output(inputs(graph));

      assertThat(joined(out)).as("%s", engine).containsExactly(expected, Offset.offset(TOLERANCE));
      assertThat(out[0]).hasSize(graph.outputShape().size());
    }
  }

  static Batch inputs(LayerGraph graph) {
    Shape shape = graph.inputs().get(0).output();
    float[] both = Goldens.wave(2 * shape.size(), shape.flat() ? 0.47 : 0.31);
    return Batch.of(
        List.of(
            new float[][] {Arrays.copyOfRange(both, 0, shape.size())},
            new float[][] {Arrays.copyOfRange(both, shape.size(), both.length)}));
  }

  static Weights weights(LayerGraph graph) {
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

  private static Arguments image(String name, Layer... layers) {
    LayerGraph.Builder graph = LayerGraph.builder().add("in", new Input(IMAGE));
    for (int i = 0; i < layers.length; i++) {
      graph.then("layer" + i, layers[i]);
    }
    return Arguments.of(name, graph.build());
  }

  private static Arguments vector(String name, Layer layer) {
    return Arguments.of(
        name, LayerGraph.builder().add("in", new Input(VECTOR)).then("layer", layer).build());
  }

  private static LayerGraph twoBranches(Layer layer) {
    return LayerGraph.builder()
        .add("in", new Input(IMAGE))
        .then("tanh", new Activate(Activation.TANH))
        .add("joined", layer, "tanh", "in")
        .build();
  }

  private static float[] joined(float[][] rows) {
    float[] all = new float[rows[0].length * rows.length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
    }
    return all;
  }
}
