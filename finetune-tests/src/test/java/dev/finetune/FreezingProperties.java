package dev.finetune;

import static dev.finetune.head.HeadLayers.batchNorm;
import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.head.HeadLayers.dropout;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Sets;
import dev.finetune.backbone.Backbone;
import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.freeze.Freeze;
import dev.finetune.freeze.FreezeStrategy;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.internal.network.Network;
import dev.finetune.internal.training.Cut;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.Adam;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;

/** Properties of freezing, over random graphs and strategies. */
@Tag("numeric")
class FreezingProperties {

  private static final int CLASSES = 3;

  /**
   * The roles whose gradient is never zero. The gradient of a bias or beta before a normalisation
   * is zero but for rounding, and running statistics have none.
   */
  private static final Set<ParameterRole> MOVING =
      Set.of(ParameterRole.KERNEL, ParameterRole.DEPTHWISE_KERNEL, ParameterRole.GAMMA);

  /**
   * The tolerance for logits. They are sums of four hyperbolic tangents, whose arguments are sums
   * of 64 products per channel of values between 1 and 10, after at most eleven layers.
   */
  private static final float TOLERANCE = 1e-4f;

  @Provide
  Arbitrary<Backbone> backbones() {
    return RandomBackbones.arbitrary();
  }

  /** Strategies for any subset of the layers, selected by the bits of a number. */
  @Provide
  Arbitrary<FreezeStrategy> anySubset() {
    return Arbitraries.longs()
        .map(
            bits ->
                graph -> {
                  List<String> names = graph.names().asList();
                  return Set.copyOf(
                      names.stream()
                          .filter(n -> (bits >> (names.indexOf(n) % 64) & 1) == 1)
                          .toList());
                });
  }

  private static FineTune headed(Backbone backbone) {
    return FineTune.from(backbone)
        .head(batchNorm(), dense(4, Activation.TANH), dropout(0.3))
        .classes(CLASSES);
  }

  @Property(tries = 200, seed = "42")
  void should_freeze_exactly_the_chosen_layers(
      @ForAll("backbones") Backbone backbone, @ForAll("anySubset") FreezeStrategy strategy) {
    FineTunePlan plan = headed(backbone).freeze(strategy).plan();

    assertThat(plan.frozenLayers()).isEqualTo(strategy.frozenLayers(backbone.graph()));
  }

  @Property(tries = 200, seed = "42")
  void should_freeze_all_but_the_last_n_in_order(
      @ForAll("backbones") Backbone backbone, @ForAll @IntRange(max = 12) int n) {
    List<String> names = backbone.graph().names().asList();
    int trainable = Math.min(n, names.size());

    FineTunePlan plan = headed(backbone).freezeAllBut(trainable).plan();

    assertThat(Sets.difference(backbone.graph().names(), plan.frozenLayers()))
        .containsExactlyInAnyOrderElementsOf(names.subList(names.size() - trainable, names.size()));
  }

  /** A layer that Keras does not count is frozen with the counted layer before it. */
  @Property(tries = 200, seed = "42")
  void should_count_as_keras_does(
      @ForAll("backbones") Backbone backbone, @ForAll @IntRange(min = 1, max = 12) int n) {
    List<String> names = backbone.graph().names().asList();
    LayerGraph graph = backbone.graph().toBuilder().uncounted(names.get(names.size() / 2)).build();
    int trainable = Math.min(n, names.size() - 1);

    Set<String> frozen = Freeze.allBut(trainable).frozenLayers(graph);
    List<String> trained = names.stream().filter(name -> !frozen.contains(name)).toList();

    assertThat(graph.counted()).hasSize(names.size() - 1);
    assertThat(trained.stream().filter(graph.counted()::contains)).hasSize(trainable);
    assertThat(graph.counted()).contains(trained.get(0));
    assertThat(graph.inKerasOrder().counted()).hasSize(names.size() - 1);
  }

  @Property(tries = 200, seed = "42")
  void should_compose(@ForAll("backbones") Backbone backbone) {
    LayerGraph graph = backbone.graph();
    int size = graph.names().size();
    FreezeStrategy first = Freeze.allBut(size / 2);
    FreezeStrategy second = Freeze.upTo(graph.names().asList().get(size - 2));

    assertThat(Freeze.allBut(0).frozenLayers(graph)).isEqualTo(Freeze.all().frozenLayers(graph));
    assertThat(Freeze.allBut(size).frozenLayers(graph))
        .isEqualTo(Freeze.none().frozenLayers(graph));
    assertThat(first.and(second).frozenLayers(graph))
        .isEqualTo(Sets.union(first.frozenLayers(graph), second.frozenLayers(graph)));
    assertThat(first.and(Freeze.none()).frozenLayers(graph)).isEqualTo(first.frozenLayers(graph));
    assertThat(first.and(Freeze.all()).frozenLayers(graph)).isEqualTo(graph.names());
  }

  @Property(tries = 200, seed = "42")
  void should_freeze_a_layer_with_all_it_depends_on(@ForAll("backbones") Backbone backbone) {
    LayerGraph graph = backbone.graph();
    for (Node node : graph.nodes()) {
      Set<String> frozen = Freeze.upTo(node.name()).frozenLayers(graph);
      assertThat(frozen).contains(node.name());
      for (String name : frozen) {
        assertThat(frozen).containsAll(graph.node(name).inputs());
        // No layer is frozen unnecessarily: every other frozen layer is read by a frozen one.
        assertThat(
                name.equals(node.name())
                    || frozen.stream().anyMatch(f -> graph.node(f).inputs().contains(name)))
            .isTrue();
      }
    }
  }

  @Property(tries = 200, seed = "42")
  void should_count_parameters_so_that_they_add_up(
      @ForAll("backbones") Backbone backbone, @ForAll("anySubset") FreezeStrategy strategy) {
    FineTunePlan plan = headed(backbone).freeze(strategy).plan();

    Weights all = RandomWeights.glorot(plan.graph(), 1);
    long total = 0;
    long trainable = 0;
    for (String layer : all.tensors().rowKeySet()) {
      for (Map.Entry<ParameterRole, Tensor> entry : all.layer(layer).entrySet()) {
        int count = entry.getValue().values().length;
        total += count;
        boolean statistic =
            entry.getKey() == ParameterRole.MOVING_MEAN
                || entry.getKey() == ParameterRole.MOVING_VARIANCE;
        if (!statistic && !plan.frozenLayers().contains(layer)) {
          trainable += count;
        }
      }
    }
    assertThat(plan.totalParameters()).isEqualTo(total);
    assertThat(plan.trainableParameters()).isEqualTo(trainable);
    assertThat(plan.totalParameters()).isGreaterThan(backbone.graph().parameterCount());
  }

  @Property(tries = 40, shrinking = ShrinkingMode.OFF, seed = "42")
  void should_leave_frozen_values_bit_identical_and_move_all_others(
      @ForAll("backbones") Backbone backbone,
      @ForAll("anySubset") FreezeStrategy strategy,
      @ForAll @IntRange(min = 1, max = 3) int epochs) {
    FineTunePlan plan = headed(backbone).freeze(strategy).plan();
    SyntheticImages train = new SyntheticImages(CLASSES, 10, 8, 1);

    FineTunedModel model =
        plan.train(
            train,
            new SyntheticImages(CLASSES, 3, 8, 2),
            TrainOptions.defaults().epochs(epochs).batch(4).optimizer(Adam.adam(1e-2)));

    Weights before = backbone.weights();
    Weights after = model.weights();
    for (Node node : backbone.graph().nodes()) {
      boolean frozen = plan.frozenLayers().contains(node.name());
      after
          .layer(node.name())
          .forEach(
              (role, tensor) -> {
                Tensor old = before.layer(node.name()).get(role);
                if (frozen) {
                  assertThat(tensor).as("%s %s", node.name(), role).isEqualTo(old);
                } else if (MOVING.contains(role)) {
                  assertThat(tensor).as("%s %s", node.name(), role).isNotEqualTo(old);
                }
              });
    }
  }

  @Property(tries = 60, shrinking = ShrinkingMode.OFF, seed = "42")
  void should_compute_the_same_logits_cut_and_uncut(
      @ForAll("backbones") Backbone backbone, @ForAll("anySubset") FreezeStrategy strategy) {
    FineTunePlan plan = headed(backbone).freeze(strategy).plan();
    Weights weights = RandomWeights.glorot(plan.graph(), 7).plus(backbone.weights());
    Batch images = images(backbone, 3);

    float[][] uncut = Network.of(plan.graph(), weights, EngineOptions.defaults()).output(images);
    Cut cut = Cut.of(plan.graph(), plan.frozenLayers());
    Batch crossing =
        cut.stem()
            .map(
                stem ->
                    Batch.of(
                        List.of(
                            Network.of(stem, weights, EngineOptions.defaults()).outputs(images))))
            .orElse(images);
    float[][] joined = Network.of(cut.tail(), weights, EngineOptions.defaults()).output(crossing);

    for (int i = 0; i < uncut.length; i++) {
      assertThat(joined[i]).containsExactly(uncut[i], Offset.offset(TOLERANCE));
    }
  }

  @Property(tries = 200, seed = "42")
  void should_put_no_trainable_layer_into_the_stem(
      @ForAll("backbones") Backbone backbone, @ForAll("anySubset") FreezeStrategy strategy) {
    FineTunePlan plan = headed(backbone).freeze(strategy).plan();

    Cut cut = Cut.of(plan.graph(), plan.frozenLayers());

    cut.stem()
        .ifPresent(
            stem ->
                assertThat(stem.nodes())
                    .allMatch(
                        n -> n.parameters().isEmpty() || plan.frozenLayers().contains(n.name())));
    // Every layer with parameters is on exactly one side.
    List<String> sides = new ArrayList<>();
    cut.stem().ifPresent(stem -> sides.addAll(withParameters(stem)));
    sides.addAll(withParameters(cut.tail()));
    assertThat(sides).doesNotHaveDuplicates();
  }

  private static List<String> withParameters(LayerGraph graph) {
    return graph.nodes().stream().filter(n -> !n.parameters().isEmpty()).map(Node::name).toList();
  }

  private static Batch images(Backbone backbone, int count) {
    SyntheticImages data = new SyntheticImages(CLASSES, count, 8, 5);
    List<float[][]> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      examples.add(new float[][] {backbone.input().prepare(data.load(i))});
    }
    return Batch.of(examples);
  }
}
