package dev.finetune.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineException;
import dev.finetune.engine.InferenceNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Add;
import dev.finetune.graph.layer.Concat;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.testing.reference.Reference;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Requires the outputs of the reference in inference mode. */
public interface ForwardContract extends EngineUnderTest {

  /** Checks each kind of layer, with batches of different sizes in the same network. */
  @TestFactory
  default Stream<DynamicTest> should_compute_each_kind() {
    return KindCases.all().stream()
        .map(kind -> DynamicTest.dynamicTest(kind.toString(), () -> requireForward(kind.alone())));
  }

  @Property(tries = 40, shrinking = ShrinkingMode.OFF, seed = "42")
  default void should_compute_convolutions_of_any_form(
      @ForAll(supplier = ConvolutionKinds.class) KindCases.Kind kind) {
    requireForward(kind.alone());
  }

  @Property(tries = 12, shrinking = ShrinkingMode.OFF, seed = "42")
  default void should_compute_any_graph(
      @ForAll @IntRange(min = 1, max = 9) int layers, @ForAll @IntRange(max = 99_999) int seed) {
    requireForward(RandomBackbones.basic(layers, seed));
  }

  /** Checks sequences of layers that engines may fuse into one operation. */
  @TestFactory
  default Stream<DynamicTest> should_compute_layers_in_a_row() {
    return Rows.all().stream()
        .map(row -> DynamicTest.dynamicTest(row.toString(), () -> requireForward(row.graph())));
  }

  /** Checks several outputs: inner layers, layers that others read, and an input. */
  @Test
  default void should_give_any_layers_as_outputs() {
    requireForward(
        LayerGraph.builder()
            .add("in", new Input(Shape.image(3, 5, 4)))
            .then("conv", new Conv2d(4, 3, 1, Padding.SAME, true, Activation.RELU))
            .then("bent", new Activate(Activation.SIGMOID))
            .add("sum", new Add(), "conv", "bent")
            .then("pool", new GlobalAveragePool())
            .build(List.of("pool", "in", "conv", "bent", "sum")));
  }

  @Test
  default void should_give_an_input_back() {
    requireForward(LayerGraph.builder().add("in", new Input(Shape.image(2, 3, 4))).build());
  }

  @Test
  default void should_read_several_inputs() {
    requireForward(
        LayerGraph.builder()
            .add("image", new Input(Shape.image(3, 5, 4)))
            .add("vector", new Input(Shape.vector(7)))
            .add("pooled", new GlobalAveragePool(), "image")
            .add("both", new Concat(), "pooled", "vector")
            .then("logits", new Dense(3, Activation.LINEAR))
            .build());
  }

  /** Checks the outputs, or that the engine refuses the graph. */
  private void requireForward(LayerGraph graph) {
    EngineCase judged = EngineCase.of(graph);
    for (Node node : graph.nodes()) {
      if (!computes(graph, node)) {
        assertThatExceptionOfType(EngineException.class)
            .isThrownBy(() -> judged.inference(engine(), options()).close())
            .withMessageContainingAll(node.name(), engine().name());
        return;
      }
    }
    try (InferenceNetwork network = judged.inference(engine(), options())) {
      for (int size : new int[] {2, 1, 2}) {
        requireForward(judged, network, judged.batch(size));
      }
    }
  }

  private static void requireForward(EngineCase judged, InferenceNetwork network, Batch batch) {
    Reference.Pass expected = judged.reference().pass(batch);
    float[][][] given = network.outputs(batch);
    double tolerance = Rounding.ofForward(judged.graph());
    List<String> outputs = judged.graph().outputs();

    assertThat(given).hasNumberOfRows(batch.size());
    for (int n = 0; n < given.length; n++) {
      assertThat(given[n]).hasNumberOfRows(outputs.size());
      for (int k = 0; k < outputs.size(); k++) {
        Differences.requireNear(
            given[n][k], expected.of(outputs.get(k)).example(n), tolerance, outputs.get(k));
      }
    }
  }
}
