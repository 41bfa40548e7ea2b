package dev.finetune.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadLayersTest {

  private static final LayerGraph MAPS =
      LayerGraph.builder().add("in", new Input(Shape.image(6, 4, 5))).build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "gap,dropout:0.2",
        "gmp",
        "avgmax,batchnorm,dense:128,dropout:0.6",
        "dense:16:linear,activation:relu"
      })
  void should_read_and_write_the_notation(String notation) {
    assertThat(HeadLayers.notation(HeadLayers.parse(notation))).isEqualTo(notation);
  }

  @Test
  void should_put_average_and_maximum_side_by_side() {
    LayerGraph graph = HeadGraph.append(MAPS, HeadLayers.parse("avgmax"), 3);

    assertThat(graph.names())
        .containsExactly(
            "in",
            "head/global_average_pooling",
            "head/global_max_pooling",
            "head/concatenate",
            "logits");
    assertThat(graph.node("head/concatenate").output()).isEqualTo(Shape.vector(12));
    assertThat(graph.node("head/concatenate").inputs())
        .containsExactly("head/global_average_pooling", "head/global_max_pooling");
    assertThat(graph.parameterCount()).isEqualTo(12 * 3 + 3);
  }

  @Test
  void should_name_the_layers_that_are_possible() {
    assertThatThrownBy(() -> HeadLayers.parse("gap,softmax"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "A head layer must be dense:UNITS[:ACTIVATION], dropout:RATE, batchnorm, gap, gmp,"
                + " avgmax or activation:NAME, got \"softmax\"");
  }
}
