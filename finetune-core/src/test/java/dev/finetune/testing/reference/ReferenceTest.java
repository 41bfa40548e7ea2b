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

/** The judge of engines is judged itself: by Keras and torch. */
class ReferenceTest {

  /**
   * Keras and torch computed in float32: the longest sum is of 27 products of at most one, and is
   * off by at most 28 roundings of 6e-8 of 27. What layer normalisation divides by is 0.25 at
   * least.
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

  /** Whoever adds a kind of layer adds what engines are judged by. */
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
