package dev.finetune.internal.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Layer;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.graph.layer.StochasticDepth;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers that are random in training are computed in every step, unless they are frozen. */
class CutTest {

  static Stream<Layer> drawing() {
    return Stream.of(new Dropout(0.5), new StochasticDepth(0.5));
  }

  static Stream<Layer> still() {
    return Stream.of(new Dropout(0), new StochasticDepth(0), new Activate(Activation.RELU));
  }

  private static LayerGraph graph(Layer layer) {
    return LayerGraph.builder()
        .add("in", new Input(Shape.image(3, 4, 4)))
        .then("conv", Conv2d.plain(2, 3, 1, Padding.SAME))
        .then("layer", layer)
        .then("flat", new Flatten())
        .then("logits", new Dense(2, Activation.LINEAR))
        .build();
  }

  @ParameterizedTest
  @MethodSource("drawing")
  void should_draw_anew_in_every_step(Layer layer) {
    assertThat(layer.random()).isTrue();

    Cut cut = Cut.of(graph(layer), Set.of("in", "conv"));

    assertThat(cut.boundary()).containsExactly("conv");
    assertThat(cut.tail().node("layer").layer()).isEqualTo(layer);
  }

  @ParameterizedTest
  @MethodSource("drawing")
  void should_draw_nothing_while_frozen(Layer layer) {
    Cut before = Cut.of(graph(layer), Set.of("in", "conv", "layer"));
    Cut behind = Cut.of(graph(layer), Set.of("in", "layer"));

    assertThat(before.boundary()).containsExactly("flat");
    assertThat(before.stem().orElseThrow().names()).contains("layer");
    // Behind a trainable layer it is in the tail, as the identity.
    assertThat(behind.tail().node("layer").layer()).isEqualTo(new Activate(Activation.LINEAR));
  }

  @ParameterizedTest
  @MethodSource("still")
  void should_compute_once_what_draws_nothing(Layer layer) {
    assertThat(layer.random()).isFalse();

    assertThat(Cut.of(graph(layer), Set.of("in", "conv")).boundary()).containsExactly("flat");
  }
}
