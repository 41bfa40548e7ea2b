package dev.finetune.internal.training;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.NormPolicy;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Layer;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.Scale;
import dev.finetune.graph.layer.SeparableConv2d;
import dev.finetune.graph.layer.Shape;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.loss.Targets;
import dev.finetune.testing.Descent;
import dev.finetune.testing.Goldens;
import dev.finetune.train.Adam;
import dev.finetune.train.Lamb;
import dev.finetune.train.Sgd;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;

/** Training that is resumed from a state produces the same bits as uninterrupted training. */
@Tag("numeric")
class LearnerStateProperties {

  private static final Shape INPUT = Shape.image(3, 6, 6);

  private static final LayerGraph GRAPH =
      LayerGraph.builder()
          .add("in", new Input(INPUT))
          .then("frozen", new Conv2d(4, 3, 1, Padding.SAME, true, Activation.RELU))
          .then("separable", separable())
          .then("norm", new BatchNorm(1e-3, 0.9))
          .then("scale", new Scale(0.7))
          .then("flat", new Flatten())
          .then("dropout", new Dropout(0.5))
          .then("logits", new Dense(3, Activation.LINEAR))
          .build();

  private static Layer separable() {
    return new SeparableConv2d(4, 3, 1, Padding.SAME, true, Activation.SWISH);
  }

  @Property(tries = 12, seed = "42")
  void should_resume_with_identical_results(
      @ForAll("engines") String engine,
      @ForAll @IntRange(max = 3) int before,
      @ForAll @IntRange(min = 1, max = 3) int after) {
    should_resume(engine, before, after, UpdatePlan.of(Adam.adam(1e-2)));
  }

  @Property(tries = 8, seed = "42")
  void should_resume_with_clipping_averages_and_trust_ratios(
      @ForAll("engines") String engine,
      @ForAll @IntRange(max = 3) int before,
      @ForAll @IntRange(min = 1, max = 3) int after) {
    should_resume(engine, before, after, UpdatePlan.of(Lamb.lamb(1e-2)).clip(0.1).average(0.9));
  }

  private static void should_resume(String engine, int before, int after, UpdatePlan plan) {
    try (Learner through = learner(engine, plan, 1);
        Learner resumed = learner(engine, plan, 2)) {
      steps(through, 0, before);
      LearnerState state = through.state();
      steps(through, before, before + after);

      // Earlier steps of the other learner must have no effect.
      steps(resumed, 7, 8);
      resumed.restore(state);
      steps(resumed, before, before + after);

      LearnerState one = through.state();
      LearnerState other = resumed.state();
      assertThat(state.steps()).isEqualTo(before);
      assertThat(other.steps()).isEqualTo(one.steps()).isEqualTo(before + after);
      assertThat(other.weights().tensors()).isEqualTo(one.weights().tensors());
      assertThat(other.weights().tensors()).isNotEqualTo(state.weights().tensors());
      for (String slot : one.slots().keySet()) {
        Weights remembered = requireNonNull(other.slots().get(slot));
        assertThat(remembered.tensors())
            .isEqualTo(requireNonNull(one.slots().get(slot)).tensors())
            .isNotEqualTo(requireNonNull(state.slots().get(slot)).tensors());
      }
    }
  }

  /** Batch normalisation and dropout would see the parts, so they are not in this network. */
  @Property(tries = 4, seed = "42")
  void should_update_for_four_batches_as_for_one(@ForAll("engines") String engine) {
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Input(INPUT))
            .then("separable", separable())
            .then("flat", new Flatten())
            .then("logits", new Dense(3, Activation.LINEAR))
            .build();
    UpdatePlan plan = UpdatePlan.of(Sgd.sgd(0.1).momentum(0.9));
    try (Learner whole = learner(graph, Set.of(), engine, plan, 1);
        Learner parts = learner(graph, Set.of(), engine, plan, 1)) {
      for (int step = 0; step < 3; step++) {
        Learner.Step one = whole.step(batch(step, 0, 32), targets(0, 32), step);
        // The last part is smaller than the others.
        Learner.Step several =
            parts.step(
                List.of(
                    part(step, 0, 9), part(step, 9, 18), part(step, 18, 27), part(step, 27, 32)));

        assertThat(several.loss()).isCloseTo(one.loss(), Offset.offset(1e-5));
        assertThat(several.outputs()).hasSameSizeAs(one.outputs());
      }
      // Gradients are means of 32 products of at most 2, rounded to float32 in another order.
      Weights weights = parts.network().weights();
      forEach(
          whole.network().weights(),
          (layer, role, tensor) ->
              assertThat(weights.tensor(layer, role).values())
                  .containsExactly(tensor.values(), Offset.offset(1e-6f)));
    }
  }

  private interface Visitor {
    void visit(String layer, ParameterRole role, Tensor tensor);
  }

  private static void forEach(Weights weights, Visitor visitor) {
    weights
        .tensors()
        .rowMap()
        .forEach(
            (layer, tensors) ->
                tensors.forEach((role, tensor) -> visitor.visit(layer, role, tensor)));
  }

  private static Learner.Part part(int step, int from, int to) {
    return new Learner.Part(
        () -> new Learner.Labelled(batch(step, from, to), targets(from, to)), step);
  }

  private static Batch batch(int step, int from, int to) {
    List<float[][]> examples = new ArrayList<>();
    for (int i = from; i < to; i++) {
      examples.add(new float[][] {Goldens.wave(INPUT.size(), 0.3 + 0.1 * i + step)});
    }
    return Batch.of(examples);
  }

  private static Targets targets(int from, int to) {
    return Targets.classes(IntStream.range(from, to).map(i -> i % 3).toArray());
  }

  @Property(tries = 4, seed = "42")
  void should_evaluate_with_averages_and_return(@ForAll("engines") String engine) {
    UpdatePlan plan = UpdatePlan.of(Adam.adam(1e-2)).average(0.5);
    try (Learner learner = learner(engine, plan, 1)) {
      steps(learner, 0, 3);
      LearnerState before = learner.state();

      Weights averaged = learner.averaged();

      Weights after = learner.network().weights();
      assertThat(after.tensors()).isEqualTo(before.weights().tensors());
      assertThat(averaged.tensor("logits", ParameterRole.KERNEL))
          .isNotEqualTo(after.tensor("logits", ParameterRole.KERNEL));
      assertThat(averaged.tensor("frozen", ParameterRole.KERNEL))
          .isEqualTo(after.tensor("frozen", ParameterRole.KERNEL));
      // The logits of the two sets of weights differ; those inside are of the averages.
      float[][] inside = learner.withAverages(() -> learner.network().logits(batch(0, 0, 2)));
      float[][] outside = learner.network().logits(batch(0, 0, 2));
      learner.network().restore(averaged);
      assertThat(learner.network().logits(batch(0, 0, 2))).isDeepEqualTo(inside);
      assertThat(outside[0]).isNotEqualTo(inside[0]);
    }
  }

  @Property(tries = 4, seed = "42")
  void should_take_over_the_state_of_a_learner_with_fewer_parameters(
      @ForAll("engines") String engine) {
    UpdatePlan plan = UpdatePlan.of(Adam.adam(1e-2));
    try (Learner fewer = learner(GRAPH, Set.of("frozen", "separable"), engine, plan, 1);
        Learner more =
            learner(
                GRAPH,
                Set.of("frozen"),
                engine,
                plan.begun(p -> p.layer().equals("separable") ? 3 : 0),
                1)) {
      steps(fewer, 0, 3);
      LearnerState state = fewer.state();

      more.network().restore(state.weights());
      more.takeOver(state);

      LearnerState taken = more.state();
      assertThat(taken.steps()).isEqualTo(3);
      for (String slot : state.slots().keySet()) {
        Weights own = requireNonNull(taken.slots().get(slot));
        forEach(
            requireNonNull(state.slots().get(slot)),
            (layer, role, tensor) -> assertThat(own.tensor(layer, role)).isEqualTo(tensor));
        assertThat(own.tensor("separable", ParameterRole.KERNEL).values()).containsOnly(0);
      }
      // The first step of Adam moves each value by the learning rate, whatever its gradient.
      Weights before = more.network().weights();
      steps(more, 3, 4);
      float[] old = before.tensor("separable", ParameterRole.KERNEL).values();
      float[] now = more.network().weights().tensor("separable", ParameterRole.KERNEL).values();
      for (int i = 0; i < old.length; i++) {
        assertThat(Math.abs(now[i] - old[i])).isCloseTo(1e-2f, Offset.offset(1e-4f));
      }
    }
  }

  @Example
  void should_refuse_the_state_of_another_optimizer() {
    try (Learner adam = learner("onednn", UpdatePlan.of(Adam.adam(1e-2)), 1);
        Learner descent = learner("onednn", UpdatePlan.of(new Descent(1e-2)), 1)) {
      LearnerState state = descent.state();

      assertThatThrownBy(() -> adam.restore(state))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The slots of optimizer adam must be [mean, square], got []");
    }
  }

  @Provide
  Arbitrary<String> engines() {
    return Arbitraries.of("onednn", "dl4j");
  }

  private static Learner learner(String engine, UpdatePlan plan, long seed) {
    return learner(GRAPH, Set.of("frozen"), engine, plan, seed);
  }

  private static Learner learner(
      LayerGraph graph, Set<String> frozen, String engine, UpdatePlan plan, long seed) {
    EngineOptions options = EngineOptions.defaults().engine(engine).threads(2);
    return Learner.of(
        graph,
        frozen,
        RandomWeights.glorot(graph, seed),
        NormPolicy.ownMomentum(),
        options,
        CrossEntropy.crossEntropy(),
        plan);
  }

  private static void steps(Learner learner, int from, int to) {
    for (int step = from; step < to; step++) {
      List<float[][]> examples =
          List.of(
              new float[][] {Goldens.wave(INPUT.size(), 0.3 + step)},
              new float[][] {Goldens.wave(INPUT.size(), 0.7 + step)},
              new float[][] {Goldens.wave(INPUT.size(), 1.1 + step)});
      learner.step(Batch.of(examples), Targets.classes(step % 3, 1, 2), step);
    }
  }
}
