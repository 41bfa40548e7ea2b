package dev.finetune.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.finetune.engine.EngineException;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Flatten;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Requires the gradients of the reference, for every parameter tensor and through every kind of
 * layer.
 */
public interface GradientContract extends EngineUnderTest {

  /** Checks each kind of layer except random ones, which {@link RandomLayerContract} checks. */
  @TestFactory
  default Stream<DynamicTest> should_differentiate_each_kind() {
    return KindCases.all().stream()
        .filter(kind -> !kind.layer().random())
        .map(
            kind ->
                DynamicTest.dynamicTest(
                    kind.toString(), () -> requireGradients(kind.inside(), Set.of(), 3)));
  }

  /** Checks sequences of layers that engines may fuse into one operation. */
  @TestFactory
  default Stream<DynamicTest> should_differentiate_layers_in_a_row() {
    return Rows.all().stream()
        .filter(row -> !row.ties())
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.toString(), () -> requireGradients(row.inside(), Set.of(), 2)));
  }

  @Property(tries = 25, shrinking = ShrinkingMode.OFF, seed = "42")
  default void should_differentiate_convolutions_of_any_form(
      @ForAll(supplier = ConvolutionKinds.class) KindCases.Kind kind,
      @ForAll @IntRange(min = 1, max = 3) int batch) {
    requireGradients(kind.inside(), Set.of(), batch);
  }

  /** Checks that frozen layers have no gradients, and the layers around them have correct ones. */
  @Property(tries = 12, shrinking = ShrinkingMode.OFF, seed = "42")
  default void should_differentiate_any_graph_with_frozen_layers(
      @ForAll @IntRange(min = 1, max = 7) int layers,
      @ForAll @IntRange(max = 99_999) int seed,
      @ForAll @IntRange(min = 2, max = 4) int batch) {
    LayerGraph graph =
        RandomBackbones.basic(layers, seed).toBuilder()
            .then("flat", new Flatten())
            .then("hidden", new Dense(5, Activation.ELU))
            .then("logits", new Dense(2, Activation.LINEAR))
            .build();
    SplittableRandom random = new SplittableRandom(seed);
    Set<String> frozen = new HashSet<>();
    for (String name : graph.names()) {
      if (random.nextInt(3) == 0) {
        frozen.add(name);
      }
    }
    frozen.remove("logits");
    requireGradients(graph, frozen, batch);
  }

  /** Checks the gradients, or that the engine refuses to train. */
  private void requireGradients(LayerGraph graph, Set<String> frozen, int batch) {
    List<Node> untrained = graph.nodes().stream().filter(n -> !trains(graph, n)).toList();
    if (untrained.isEmpty()) {
      GradientJudge.of(graph, frozen, batch).requireGradients(engine(), options());
      return;
    }
    assertThat(untrained).hasSize(1);
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> EngineCase.of(graph).training(engine(), options()).close())
        .withMessageContainingAll(untrained.get(0).name(), engine().name());
  }
}
