package dev.finetune.internal.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.backbone.Backbone;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.BasicLayer;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Normalize;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.Rescale;
import dev.finetune.graph.layer.Scale;
import dev.finetune.graph.layer.SeparableConv2d;
import dev.finetune.graph.layer.Shape;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Weights;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ExpansionProperties {

  /** A graph with every composite kind. */
  private static final LayerGraph COMPOSITE =
      LayerGraph.builder()
          .add("input", new Input(Shape.image(2, 6, 6)))
          .then("rescale", new Rescale(List.of(2.0, -0.5), List.of(1.0, -3.0)))
          .then("normalize", new Normalize())
          .then("separable", new SeparableConv2d(3, 3, 1, Padding.SAME, true, Activation.TANH))
          .then("scale", new Scale(0.5))
          .then("flatten", new Flatten())
          .then("logits", new Dense(2, Activation.LINEAR))
          .build();

  @Provide
  Arbitrary<LayerGraph> graphs() {
    return RandomBackbones.arbitrary().map(Backbone::graph);
  }

  private static LayerGraph behind(LayerGraph random) {
    LayerGraph.Builder graph = COMPOSITE.upTo("scale").toBuilder();
    for (Node node : random.nodes()) {
      String[] inputs = node.inputs().stream().map(i -> "random/" + i).toArray(String[]::new);
      if (inputs.length == 0) {
        graph.then(
            "random/" + node.name(), new Conv2d(3, 1, 1, Padding.SAME, true, Activation.LINEAR));
      } else {
        graph.add("random/" + node.name(), node.layer(), inputs);
      }
    }
    return graph.build();
  }

  @Property(tries = 200, seed = "42")
  void should_restore_the_expanded_weights(@ForAll("graphs") LayerGraph random, @ForAll long seed) {
    LayerGraph graph = behind(random);
    Weights weights = RandomWeights.glorot(graph, seed);
    Expansion expansion = Expansion.of(graph);

    Weights expanded = expansion.expand(weights);

    expanded.requireMatch(expansion.graph(), "written out");
    assertThat(expansion.graph().nodes()).allMatch(n -> n.layer() instanceof BasicLayer);
    assertThat(expansion.contract(expanded).tensors()).isEqualTo(weights.tensors());
  }

  @Example
  void should_name_the_parts_after_the_layer() {
    LayerGraph written = Expansion.of(COMPOSITE).graph();

    assertThat(written.names())
        .containsExactly(
            "input",
            "rescale",
            "normalize",
            "separable/depthwise",
            "separable",
            "scale",
            "flatten",
            "logits");
    assertThat(written.node("rescale").layer())
        .isEqualTo(new Conv2d(2, 1, 1, Padding.VALID, 1, 2, true, Activation.LINEAR));
    assertThat(written.node("normalize").layer()).isEqualTo(new BatchNorm(1e-12, 0));
    assertThat(written.node("separable/depthwise").layer())
        .isEqualTo(Conv2d.depthwise(2, 3, 1, Padding.SAME));
    assertThat(written.node("separable").layer())
        .isEqualTo(new Conv2d(3, 1, 1, Padding.VALID, true, Activation.TANH));
    assertThat(written.node("scale").layer())
        .isEqualTo(new Conv2d(3, 1, 1, Padding.VALID, 1, 3, false, Activation.LINEAR));
  }

  @Example
  void should_freeze_constants_and_all_parts_of_frozen_layers() {
    Expansion expansion = Expansion.of(COMPOSITE);

    assertThat(expansion.frozen(Set.of())).containsExactlyInAnyOrder("rescale", "normalize");
    assertThat(expansion.frozen(Set.of("separable")))
        .containsExactlyInAnyOrder("rescale", "normalize", "separable/depthwise", "separable");
    assertThat(expansion.frozen(Set.of("scale", "input")))
        .containsExactlyInAnyOrder("rescale", "normalize", "scale", "input");
  }

  @Example
  void should_give_the_values_of_constants() {
    Weights expanded = Expansion.of(COMPOSITE).expand(RandomWeights.glorot(COMPOSITE, 1));

    assertThat(expanded.tensor("rescale", ParameterRole.KERNEL).values()).containsExactly(2, -0.5f);
    assertThat(expanded.tensor("rescale", ParameterRole.BIAS).values()).containsExactly(1, -3);
    assertThat(expanded.tensor("normalize", ParameterRole.GAMMA).values()).containsExactly(1, 1);
    assertThat(expanded.tensor("normalize", ParameterRole.BETA).values()).containsExactly(0, 0);
    assertThat(expanded.tensor("scale", ParameterRole.KERNEL).values())
        .containsExactly(0.5f, 0.5f, 0.5f);
  }

  @Example
  void should_leave_a_network_of_basic_layers_as_it_is() {
    LayerGraph basic =
        LayerGraph.builder()
            .add("input", new Input(Shape.vector(3)))
            .then("logits", new Dense(2, Activation.LINEAR))
            .build();

    assertThat(Expansion.of(basic).graph()).isSameAs(basic);
    assertThat(Expansion.of(basic).frozen(Set.of("input"))).containsExactly("input");
  }

  @Example
  void should_refuse_composite_layers_as_basic_ones() {
    assertThatThrownBy(() -> new Scale(1).basic())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Composite layers must be replaced by their parts before an engine receives them, got"
                + " Scale");
  }
}
