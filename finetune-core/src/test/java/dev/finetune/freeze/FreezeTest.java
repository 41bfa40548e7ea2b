package dev.finetune.freeze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Shape;
import dev.finetune.graph.layer.ZeroPad;
import org.junit.jupiter.api.Test;

class FreezeTest {

  private static final LayerGraph GRAPH =
      LayerGraph.builder()
          .add("in", new Input(Shape.image(3, 4, 4)))
          .then("a", new ZeroPad(1))
          .stage("a")
          .then("b", new ZeroPad(1))
          .stage("b")
          .then("c", new ZeroPad(1))
          .build();

  @Test
  void should_freeze_up_to_the_end_of_a_stage() {
    assertThat(Freeze.upToStage(0).frozenLayers(GRAPH)).isEmpty();
    assertThat(Freeze.upToStage(1).frozenLayers(GRAPH)).containsExactly("in", "a");
    assertThat(Freeze.upToStage(2).frozenLayers(GRAPH)).containsExactly("in", "a", "b");
    assertThatThrownBy(() -> Freeze.upToStage(3).frozenLayers(GRAPH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("2", "[a, b]", "3");
    assertThatThrownBy(() -> Freeze.upToStage(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }

  @Test
  void should_count_from_the_end() {
    assertThat(Freeze.allBut(1).frozenLayers(GRAPH)).containsExactly("in", "a", "b");
    assertThat(Freeze.allBut(4).frozenLayers(GRAPH)).isEmpty();
    assertThatThrownBy(() -> Freeze.allBut(5).frozenLayers(GRAPH)).hasMessageContaining("5");
    assertThatThrownBy(() -> Freeze.allBut(-1)).hasMessageContaining("-1");
  }

  @Test
  void should_freeze_exactly_the_named_layers() {
    assertThat(Freeze.layers("b", "in").frozenLayers(GRAPH)).containsExactly("b", "in");
  }

  @Test
  void should_describe_each_strategy() {
    FreezeStrategy own = graph -> graph.names();

    assertThat(Freeze.all().description()).isEqualTo("all");
    assertThat(Freeze.none().description()).isEqualTo("none");
    assertThat(Freeze.allBut(2).description()).isEqualTo("all but the last 2");
    assertThat(Freeze.upTo("b").description()).isEqualTo("up to b");
    assertThat(Freeze.upToStage(1).and(Freeze.layers("a", "c")).description())
        .isEqualTo("up to stage 1 and layers a, c");
    assertThat(own.description()).isEqualTo("a strategy of the application");
  }
}
