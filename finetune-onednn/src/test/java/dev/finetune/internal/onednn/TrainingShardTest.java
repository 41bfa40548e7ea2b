package dev.finetune.internal.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.NormPolicy;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Add;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Layer;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.graph.layer.Shape;
import dev.finetune.graph.layer.StochasticDepth;
import dev.finetune.internal.training.Learner;
import dev.finetune.internal.training.UpdatePlan;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.loss.Targets;
import dev.finetune.testing.Descent;
import dev.finetune.testing.Goldens;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Weights;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("numeric")
class TrainingShardTest {

  /** Rounding of sums of hundreds of floats in another order, relative to the gradient's norm. */
  private static final double ROUNDING = 1e-5;

  private static final Shape INPUT = Shape.image(3, 6, 6);

  /** The network has dropout and stochastic depth, whose masks must not depend on the shards. */
  private static LayerGraph graph(Layer middle) {
    return LayerGraph.builder()
        .add("in", new Input(INPUT))
        .then("first", new Conv2d(8, 3, 1, Padding.SAME, true, Activation.SWISH))
        .then("middle", middle)
        .then("second", new Conv2d(8, 3, 1, Padding.SAME, true, Activation.SWISH))
        .then("depth", new StochasticDepth(0.5))
        .add("sum", new Add(), "middle", "depth")
        .then("flat", new Flatten())
        .then("dropout", new Dropout(0.5))
        .then("logits", new Dense(3, Activation.LINEAR))
        .build();
  }

  /** Batches that are a multiple of the number of shards, that are not, and that are smaller. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 8})
  void should_compute_the_gradient_of_the_whole_batch(int size) {
    LayerGraph graph = graph(new Dropout(0.3));

    assertSameStep(graph, size, 4);
    assertSameStep(graph, size, 3);
  }

  /** Batch normalisation makes the examples of a batch depend on each other. */
  @Test
  void should_leave_a_batch_whole_where_batch_normalisation_trains() {
    assertSameStep(graph(new BatchNorm(1e-3, 0.9)), 5, 4);
  }

  private static void assertSameStep(LayerGraph graph, int size, int threads) {
    Weights start = RandomWeights.glorot(graph, 1);
    Weights whole;
    Weights sharded;
    Learner.Step wholeStep;
    Learner.Step shardedStep;
    try (Learner one = learner(graph, start, 1);
        Learner several = learner(graph, start, threads)) {
      wholeStep = step(one, size);
      shardedStep = step(several, size);
      whole = one.network().weights();
      sharded = several.network().weights();
      assertThat(several.network().bytes(size)).isGreaterThanOrEqualTo(one.network().bytes(1));
    }
    assertThat(shardedStep.loss()).isCloseTo(wholeStep.loss(), Offset.offset(1e-6));
    assertThat(shardedStep.outputs()).hasSameSizeAs(wholeStep.outputs());
    for (Node node : graph.nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        if (spec.role().learned()) {
          float[] from = start.tensor(node.name(), spec).values();
          float[] to = whole.tensor(node.name(), spec).values();
          float[] and = sharded.tensor(node.name(), spec).values();
          double norm = 0;
          double off = 0;
          for (int i = 0; i < from.length; i++) {
            norm += Math.pow(to[i] - from[i], 2);
            off += Math.pow(to[i] - and[i], 2);
          }
          assertThat(Math.sqrt(off))
              .as("%s/%s", node.name(), spec.role())
              .isLessThanOrEqualTo(ROUNDING * Math.sqrt(norm) + 1e-7);
        }
      }
    }
  }

  private static Learner.Step step(Learner learner, int size) {
    List<float[][]> examples =
        IntStream.range(0, size)
            .mapToObj(i -> new float[][] {Goldens.wave(INPUT.size(), 0.3 + 0.1 * i)})
            .toList();
    int[] labels = IntStream.range(0, size).map(i -> i % 3).toArray();
    return learner.step(Batch.of(examples), Targets.classes(labels), 11);
  }

  private static Learner learner(LayerGraph graph, Weights start, int threads) {
    return new Learner(
        new OneDnnTraining(
            graph,
            Set.of(),
            start,
            NormPolicy.ownMomentum(),
            EngineOptions.defaults().threads(threads)),
        CrossEntropy.crossEntropy(),
        UpdatePlan.of(new Descent(1)),
        threads);
  }
}
