package dev.finetune.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Add;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlockTest {

  /** x + tanh(x). */
  private static final Block RESIDUAL =
      (graph, name, inputs) ->
          graph
              .add(name + "/tanh", new Activate(Activation.TANH), inputs)
              .add(name, new Add(), inputs[0], name + "/tanh");

  private static LayerGraph.Builder builder() {
    return LayerGraph.builder().add("input", new Input(Shape.image(2, 3, 3)));
  }

  @Test
  void should_be_written_out_under_its_name() {
    LayerGraph graph = builder().add("own", RESIDUAL, "input").then("flat", new Flatten()).build();

    assertThat(graph.names()).containsExactly("input", "own/tanh", "own", "flat");
    assertThat(graph.node("own").inputs()).containsExactly("input", "own/tanh");
    assertThat(graph.counted()).containsExactly("input", "own/tanh", "own", "flat");
  }

  @Test
  void should_be_made_of_other_blocks() {
    Block twice =
        (graph, name, inputs) ->
            graph.add(name + "/first", RESIDUAL, inputs).add(name, RESIDUAL, name + "/first");

    assertThat(builder().then("twice", twice).build().names())
        .containsExactly("input", "twice/first/tanh", "twice/first", "twice/tanh", "twice");
  }

  @Test
  void should_keep_the_stages_and_what_is_not_counted() {
    Block block =
        (graph, name, inputs) -> {
          RESIDUAL.addTo(graph, name, inputs);
          graph.stage(name).uncounted(name + "/tanh");
        };

    LayerGraph graph = builder().stage("input").uncounted("input").then("own", block).build();

    assertThat(graph.stages()).containsExactly("input", "own");
    assertThat(graph.counted()).containsExactly("own");
  }

  @Test
  void should_read_layers_that_are_there_under_a_name_that_is_free() {
    assertThatThrownBy(() -> builder().add("own", RESIDUAL, "nowhere"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("\"own\"", "\"nowhere\"", "so far are [input]");
    assertThatThrownBy(() -> builder().add("input", RESIDUAL, "input"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unique");
    assertThatThrownBy(() -> builder().add(" ", RESIDUAL, "input"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("blank");
  }

  @Test
  void should_add_nothing_where_its_layers_have_other_names() {
    Block nothing = (graph, name, inputs) -> {};
    Block another = (graph, name, inputs) -> graph.add("tanh", new Flatten(), inputs);
    Block outside =
        (graph, name, inputs) -> graph.add("flat", new Flatten(), inputs).then(name, new Flatten());
    Block notLast =
        (graph, name, inputs) ->
            graph.add(name, new Flatten(), inputs).then(name + "/more", new Flatten());
    LayerGraph.Builder graph = builder();

    for (Block block : List.of(nothing, another, outside, notLast)) {
      assertThatThrownBy(() -> graph.add("own", block, "input"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("last layer of block \"own\" must be named \"own\"");
    }
    assertThatThrownBy(() -> LayerGraph.builder().add("own", nothing))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(graph.build().names()).containsExactly("input");
  }
}
