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
import dev.finetune.graph.layer.Scale;
import dev.finetune.graph.layer.SeparableConv2d;
import dev.finetune.graph.layer.Shape;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.loss.Targets;
import dev.finetune.testing.Descent;
import dev.finetune.testing.Goldens;
import dev.finetune.train.Adam;
import dev.finetune.train.Optimizer;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Weights;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

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
    Optimizer adam = Adam.adam(1e-2);
    try (Learner through = learner(engine, adam, 1);
        Learner resumed = learner(engine, adam, 2)) {
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
      for (String slot : adam.slots()) {
        Weights remembered = requireNonNull(other.slots().get(slot));
        assertThat(remembered.tensors())
            .isEqualTo(requireNonNull(one.slots().get(slot)).tensors())
            .isNotEqualTo(requireNonNull(state.slots().get(slot)).tensors());
      }
    }
  }

  @Example
  void should_refuse_the_state_of_another_optimizer() {
    try (Learner adam = learner("onednn", Adam.adam(1e-2), 1);
        Learner descent = learner("onednn", new Descent(1e-2), 1)) {
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

  private static Learner learner(String engine, Optimizer optimizer, long seed) {
    EngineOptions options = EngineOptions.defaults().engine(engine).threads(2);
    return Learner.of(
        GRAPH,
        Set.of("frozen"),
        RandomWeights.glorot(GRAPH, seed),
        NormPolicy.ownMomentum(),
        options,
        CrossEntropy.crossEntropy(),
        optimizer);
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
