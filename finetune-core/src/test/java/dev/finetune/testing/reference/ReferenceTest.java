package dev.finetune.testing.reference;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.BasicLayer;
import dev.finetune.internal.network.Expansion;
import dev.finetune.testing.KindCases;
import dev.finetune.testing.LayerGoldens;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the reference with Keras and torch. */
class ReferenceTest {

  /**
   * The rounding error of Keras and torch, which compute in float32. The longest sum has 27
   * products of at most 1, and so at most 28 rounding errors of 6e-8 times 27. Layer normalisation
   * divides by at least 0.25.
   */
  private static final double TOLERANCE = 28 * 6e-8 * 27;

  static Set<String> names() {
    return LayerGoldens.graphs().keySet();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void should_compute_what_keras_and_torch_compute(String name) {
    LayerGraph graph = requireNonNull(LayerGoldens.graphs().get(name));
    float[] expected = LayerGoldens.expected(name);
    Expansion expansion = Expansion.of(graph);

    double[] given =
        Reference.inference(
                expansion.graph(), DoubleWeights.of(expansion.expand(LayerGoldens.weights(graph))))
            .pass(LayerGoldens.inputs(graph))
            .of(graph.outputs().get(0))
            .all();

    assertThat(given).hasSize(expected.length);
    for (int i = 0; i < given.length; i++) {
      assertThat(given[i]).isCloseTo(expected[i], Offset.offset(TOLERANCE));
    }
  }

  /** A new kind of layer needs cases that engines are tested with. */
  @Test
  void should_have_a_case_of_each_basic_kind() {
    Set<String> judged =
        KindCases.all().stream().map(kind -> kind.layer().kind()).collect(Collectors.toSet());
    judged.add("Input");

    assertThat(judged)
        .containsExactlyInAnyOrderElementsOf(
            kinds(BasicLayer.class).map(Class::getSimpleName).toList());
  }

  private static Stream<Class<?>> kinds(Class<?> type) {
    return type.isSealed()
        ? Stream.of(type.getPermittedSubclasses()).flatMap(ReferenceTest::kinds)
        : Stream.of(type);
  }
}
