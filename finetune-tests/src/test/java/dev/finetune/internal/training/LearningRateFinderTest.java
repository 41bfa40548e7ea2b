package dev.finetune.internal.training;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.NormPolicy;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Shape;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.loss.Targets;
import dev.finetune.testing.Goldens;
import dev.finetune.train.Adam;
import dev.finetune.train.LearningRates;
import dev.finetune.weights.RandomWeights;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("numeric")
class LearningRateFinderTest {

  private static final Shape INPUT = Shape.image(3, 4, 4);

  private static final LayerGraph GRAPH =
      LayerGraph.builder()
          .add("in", new Input(INPUT))
          .then("norm", new BatchNorm(1e-3, 0.9))
          .then("flat", new Flatten())
          .then("dense", new Dense(8, Activation.RELU))
          .then("logits", new Dense(3, Activation.LINEAR))
          .build();

  /** Twenty examples, whose class is visible. */
  private static final class Waves implements Examples {
    private int open;

    @Override
    public int size() {
      return 20;
    }

    @Override
    public Cursor open(int[] order, int from, long seed) {
      open++;
      return new Cursor() {
        private int next = from;

        @Override
        public FloatBuffer[] next() {
          int index = order[next++];
          float[] values = Goldens.wave(INPUT.size(), 0.3 + index % 3 + 0.001 * index);
          return new FloatBuffer[] {FloatBuffer.wrap(values)};
        }

        @Override
        public void close() {
          open--;
        }
      };
    }

    @Override
    public void close() {}
  }

  @Test
  void finds_a_rate_and_restores_the_learner() {
    Waves examples = new Waves();
    try (Learner learner = learner();
        EndlessBatches batches = batches(examples)) {
      for (int step = 0; step < 3; step++) {
        learner.step(List.of(batches.apply(step)));
      }
      LearnerState before = learner.state();

      LearningRates rates = new LearningRateFinder(learner, batches, 100).find();

      assertThat(rates.suggestion().orElseThrow()).isBetween(1e-5, 1.0);
      assertThat(rates.points()).hasSizeBetween(50, 100);
      assertThat(rates.points().get(0).rate()).isEqualTo(1e-7);
      // The rate has the same factor from step to step.
      assertThat(rates.points().get(33).rate())
          .isCloseTo(1e-7 * Math.pow(1e8, 33 / 99.0), Offset.offset(1e-12));
      LearnerState after = learner.state();
      assertThat(after.steps()).isEqualTo(3);
      assertThat(after.weights().tensors()).isEqualTo(before.weights().tensors());
      before
          .slots()
          .forEach(
              (slot, values) ->
                  assertThat(requireNonNull(after.slots().get(slot)).tensors())
                      .isEqualTo(values.tensors()));
    }
    assertThat(examples.open).isZero();
  }

  @Test
  void restores_the_learner_if_a_batch_cannot_be_read() {
    try (Learner learner = learner();
        EndlessBatches batches = batches(new Waves())) {
      LearnerState before = learner.state();
      LearningRateFinder finder =
          new LearningRateFinder(
              learner,
              step -> {
                if (step == 5) {
                  throw new IllegalStateException("broken");
                }
                return batches.apply(step);
              },
              100);

      assertThatThrownBy(finder::find).hasMessage("broken");

      assertThat(learner.state().weights().tensors()).isEqualTo(before.weights().tensors());
      assertThat(learner.state().steps()).isZero();
    }
  }

  private static EndlessBatches batches(Examples examples) {
    return new EndlessBatches(
        examples,
        indices -> Targets.classes(IntStream.of(indices).map(i -> i % 3).toArray()),
        8,
        42);
  }

  private static Learner learner() {
    return Learner.of(
        GRAPH,
        Set.of(),
        RandomWeights.glorot(GRAPH, 1),
        NormPolicy.ownMomentum(),
        EngineOptions.defaults().threads(2),
        CrossEntropy.crossEntropy(),
        Adam.adam(1e-3));
  }
}
