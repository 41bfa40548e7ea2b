package dev.finetune.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.engine.ConvolutionPath;
import dev.finetune.graph.Activation;
import dev.finetune.graph.Layer;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.Padding;
import dev.finetune.graph.ParameterRole;
import dev.finetune.graph.ParameterSpec;
import dev.finetune.graph.Shape;
import dev.finetune.internal.engine.Network;
import dev.finetune.internal.network.Batch;
import dev.finetune.testing.Goldens;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of layer against torch, on both convolution paths. */
class LayersTest {

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
    cases.add(image("max pool valid", new Layer.MaxPool(3, 2, Padding.VALID)));
    cases.add(image("max pool same", new Layer.MaxPool(3, 2, Padding.SAME)));
    cases.add(image("average pool valid", new Layer.AveragePool(3, 2, Padding.VALID)));
    cases.add(image("average pool same", new Layer.AveragePool(3, 2, Padding.SAME)));
    cases.add(image("global average pool", new Layer.GlobalAveragePool()));
    cases.add(image("batch norm", new Layer.BatchNorm(1e-3, 0.99)));
    cases.add(image("flatten", new Layer.Flatten()));
    cases.add(image("dropout", new Layer.Dropout(0.5)));
    cases.add(Arguments.of("concat", twoBranches(new Layer.Concat())));
    cases.add(Arguments.of("add", twoBranches(new Layer.Add())));
    cases.add(vector("dense", new Layer.Dense(5, Activation.LINEAR)));
    for (Activation activation : Activation.values()) {
      String name = "activation " + activation.name().toLowerCase(Locale.ROOT);
      Layer layer = new Layer.Activate(activation);
      cases.add(activation == Activation.SOFTMAX ? vector(name, layer) : image(name, layer));
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  void should_compute_what_torch_computes(String name, LayerGraph graph) {
    assertThat(GOLDENS.has(name)).isTrue();
    float[] expected = Goldens.floats(GOLDENS.get(name));

    for (ConvolutionPath path : ConvolutionPath.values()) {
      float[][] out = Network.of(graph, weights(graph), path).output(inputs(graph));

      assertThat(joined(out)).as("%s", path).containsExactly(expected, Offset.offset(1e-5f));
      assertThat(out[0]).hasSize(graph.outputShape().size());
    }
  }

  private static Batch inputs(LayerGraph graph) {
    Shape shape = graph.inputs().get(0).output();
    float[] both = Goldens.wave(2 * shape.size(), shape.flat() ? 0.47 : 0.31);
    return Batch.of(
        List.of(
            new float[][] {Arrays.copyOfRange(both, 0, shape.size())},
            new float[][] {Arrays.copyOfRange(both, shape.size(), both.length)}));
  }

  private static Weights weights(LayerGraph graph) {
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
      case KERNEL -> layer instanceof Layer.Dense ? 0.21 : 0.13;
      case BIAS -> 0.9;
      case GAMMA -> 1.1;
      case BETA -> 1.2;
      case MOVING_MEAN -> 1.3;
      case MOVING_VARIANCE -> 1.4;
    };
  }

  private static Layer conv(int kernel, int stride, Padding padding, boolean bias) {
    return new Layer.Conv2d(4, kernel, stride, padding, bias, Activation.LINEAR);
  }

  private static Arguments image(String name, Layer layer) {
    return Arguments.of(name, single(IMAGE, layer));
  }

  private static Arguments vector(String name, Layer layer) {
    return Arguments.of(name, single(VECTOR, layer));
  }

  private static LayerGraph single(Shape shape, Layer layer) {
    return LayerGraph.builder().add("in", new Layer.Input(shape)).then("layer", layer).build();
  }

  private static LayerGraph twoBranches(Layer layer) {
    return LayerGraph.builder()
        .add("in", new Layer.Input(IMAGE))
        .then("tanh", new Layer.Activate(Activation.TANH))
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
