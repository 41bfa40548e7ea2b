package dev.finetune.internal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.CompositeLayer;
import dev.finetune.internal.network.Network;
import dev.finetune.testing.LayerGoldens;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Composite layers compute the same as in Keras and torch, with both engines. */
@Tag("numeric")
class LayersTest {

  /** The longest sum has 27 products of at most 1: at most 28 rounding errors of 6e-8 times 27. */
  private static final float TOLERANCE = 28 * 6e-8f * 27;

  static Stream<String> composites() {
    return LayerGoldens.graphs().entrySet().stream()
        .filter(
            e -> e.getValue().nodes().stream().anyMatch(n -> n.layer() instanceof CompositeLayer))
        .map(e -> e.getKey());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("composites")
  void should_compute_what_keras_and_torch_compute(String name) {
    LayerGraph graph = requireNonNull(LayerGoldens.graphs().get(name));
    float[] expected = LayerGoldens.expected(name);

    for (String engine : List.of("onednn", "dl4j")) {
      float[][] out =
          Network.of(graph, LayerGoldens.weights(graph), EngineOptions.defaults().engine(engine))
              .output(LayerGoldens.inputs(graph));

      assertThat(joined(out)).as("%s", engine).containsExactly(expected, Offset.offset(TOLERANCE));
      assertThat(out[0]).hasSize(graph.outputShape().size());
    }
  }

  private static float[] joined(float[][] rows) {
    float[] all = new float[rows[0].length * rows.length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
    }
    return all;
  }
}
