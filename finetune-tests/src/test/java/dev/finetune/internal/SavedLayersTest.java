package dev.finetune.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.InferenceNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Add;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Layer;
import dev.finetune.graph.layer.Multiply;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.graph.layer.StochasticDepth;
import dev.finetune.internal.dl4j.Dl4jGraphs;
import dev.finetune.internal.dl4j.GraphReader;
import dev.finetune.internal.network.Networks;
import dev.finetune.testing.LayerGoldens;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every type of layer computes the same after writing and reading a Deeplearning4j zip. */
class SavedLayersTest {

  @TempDir Path folder;

  /**
   * The graphs of the comparison with torch, and others that they lack, each followed by logits.
   */
  static Stream<Arguments> layers() {
    Layer grouped = new Conv2d(6, 3, 1, Padding.SAME, 1, 3, true, Activation.HARD_SWISH);
    Layer pairs = new Conv2d(4, 3, 1, Padding.SAME, 1, 2, true, Activation.GELU);
    Layer plain = Conv2d.plain(4, 1, 1, Padding.SAME);
    Stream<Arguments> more =
        Stream.of(
            Arguments.of("depthwise", chain(grouped)),
            Arguments.of("in groups", chain(plain, pairs)),
            Arguments.of("norm behind a pooling", chain(new BatchNorm(1e-3, 0.9))),
            Arguments.of("activation twice", chain(tanh(), tanh())),
            Arguments.of("dropout of nothing", chain(new Dropout(0))),
            Arguments.of("drawn twice", chain(plain, new StochasticDepth(0.2), tanh())),
            Arguments.of("excitation", excitation()));
    Stream<Arguments> all =
        LayerGoldens.graphs().entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
    return Stream.concat(all, more)
        .map(a -> Arguments.of(a.get()[0], withLogits((LayerGraph) a.get()[1])));
  }

  private static Layer tanh() {
    return new Activate(Activation.TANH);
  }

  private static LayerGraph chain(Layer... layers) {
    LayerGraph.Builder graph = LayerGraph.builder().add("in", new Input(Shape.image(3, 7, 7)));
    for (int i = 0; i < layers.length; i++) {
      graph.then("layer" + i, layers[i]);
    }
    return graph.build();
  }

  /** Returns squeeze and excitation as in MobileNetV3, with an image that is read twice. */
  private static LayerGraph excitation() {
    return LayerGraph.builder()
        .add("in", new Input(Shape.image(3, 7, 7)))
        .then("conv", Conv2d.plain(4, 3, 2, Padding.SAME))
        .then("squeeze", new GlobalAveragePool(true))
        .then("fewer", new Conv2d(2, 1, 1, Padding.SAME, true, Activation.RELU))
        .then("gate", new Conv2d(4, 1, 1, Padding.SAME, true, Activation.HARD_SIGMOID))
        .add("joined", new Multiply(), "conv", "gate")
        .add("sum", new Add(), "joined", "conv")
        .build();
  }

  private static LayerGraph withLogits(LayerGraph graph) {
    LayerGraph.Builder builder = graph.toBuilder();
    if (!builder.lastShape().flat()) {
      builder.then("flat", new Flatten());
    }
    return builder.then("logits", new Dense(2, Activation.LINEAR)).build();
  }

  private Model saved(LayerGraph graph, Weights weights) throws IOException {
    Path zip = folder.resolve("model.zip");
    ComputationGraph whole = Dl4jGraphs.classifier(graph, weights);
    try (OutputStream out = Files.newOutputStream(zip)) {
      Dl4jGraphs.write(whole, out);
    }
    whole.close();
    return Dl4jGraphs.restore(zip);
  }

  private static float[][] logits(LayerGraph graph, Weights weights, Batch batch) {
    try (InferenceNetwork network =
        Networks.inference(graph, weights, EngineOptions.defaults().engine("onednn"))) {
      return network.output(batch);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  void should_compute_the_same_when_read_again(String name, LayerGraph graph) throws IOException {
    Weights weights = LayerGoldens.weights(graph);
    Batch batch = LayerGoldens.inputs(graph);
    float[][] expected = logits(graph, weights, batch);
    Model model = saved(graph, weights);

    GraphReader again = GraphReader.read(model, graph.inputs().get(0).output(), Optional.empty());
    model.close();

    float[][] read = logits(again.graph(), again.weights(), batch);
    for (int i = 0; i < expected.length; i++) {
      // Only rounding differs, where sums are in another order after the expansion of layers.
      assertThat(norm(expected[i])).isPositive();
      assertThat(read[i])
          .containsExactly(expected[i], Offset.offset((float) (1e-5 * (1 + norm(expected[i])))));
    }
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  private static Stream<Class<?>> kinds(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(SavedLayersTest::kinds)
        : Stream.of(type);
  }

  @Test
  void should_test_every_type_of_layer() {
    Set<Class<?>> tried = new HashSet<>();
    layers()
        .map(a -> (LayerGraph) a.get()[1])
        .forEach(graph -> graph.nodes().forEach(node -> tried.add(node.layer().getClass())));

    assertThat(tried).containsExactlyInAnyOrderElementsOf(kinds(Layer.class).toList());
    assertThat(
            layers()
                .map(a -> String.valueOf(a.get()[0]))
                .filter(name -> name.startsWith("activation "))
                .count())
        .isGreaterThanOrEqualTo(Arrays.stream(Activation.values()).count());
  }

  /** A custom layer that extends one of Deeplearning4j's. */
  public static final class Doubling extends ActivationLayer {
    private static final long serialVersionUID = 1L;

    Doubling() {
      super(org.nd4j.linalg.activations.Activation.IDENTITY);
    }
  }

  @Test
  void should_refuse_a_custom_layer() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("images")
                .setInputTypes(InputType.convolutional(7, 7, 3))
                .addLayer("odd", new Doubling(), "images")
                .addLayer("output", new OutputLayer.Builder().nOut(2).build(), "odd")
                .setOutputs("output")
                .build());
    graph.init();

    assertThatThrownBy(() -> GraphReader.read(graph, Shape.image(3, 7, 7), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("\"odd\"", "Doubling");
  }
}
