package dev.finetune.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.NormPolicy;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.Shape;
import dev.finetune.internal.training.Learner;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.loss.Targets;
import dev.finetune.testing.Goldens;
import dev.finetune.train.Adam;
import dev.finetune.train.BatchNormStatistics;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Both engines train a scale and shift over statistics that stay: the same change. */
@Tag("numeric")
class KeptStatisticsTest {

  /** Adam's first step with so large an epsilon is the gradient times a constant. */
  private static final Adam GRADIENTS = new Adam(1e7, 0.9, 0.999, 1e3);

  /** Of a tensor's norm: sums of 3 x 64 float32 products, and the change's own rounding. */
  private static final double TOLERANCE = 1e-4;

  private static final LayerGraph GRAPH =
      LayerGraph.builder()
          .add("in", new Input(Shape.image(3, 8, 8)))
          .then("conv", new Conv2d(5, 3, 1, Padding.SAME, true, Activation.TANH))
          .then("norm", new BatchNorm(1e-3, 0.9))
          .then("bent", new Activate(Activation.ELU))
          .then("unscaled", new BatchNorm(1e-3, 0.9, false))
          .then("pooled", new GlobalAveragePool())
          .then("vector", new BatchNorm(1e-3, 0.9))
          .then("logits", new Dense(3, Activation.LINEAR))
          .build();

  @Test
  void should_change_the_same_in_both_engines() {
    Weights before = RandomWeights.glorot(GRAPH, 5);
    Weights oneDnn = step(before, "onednn");
    Weights dl4j = step(before, "dl4j");

    for (Node node : GRAPH.nodes()) {
      for (Map.Entry<ParameterRole, Tensor> entry : oneDnn.layer(node.name()).entrySet()) {
        float[] old = before.layer(node.name()).get(entry.getKey()).values();
        double[] mine = change(entry.getValue(), old);
        double[] theirs = change(dl4j.layer(node.name()).get(entry.getKey()), old);
        if (entry.getKey().learned()) {
          double[] difference =
              IntStream.range(0, mine.length).mapToDouble(i -> mine[i] - theirs[i]).toArray();
          assertThat(norm(mine)).isPositive();
          assertThat(norm(difference) / norm(mine))
              .as("%s %s", node.name(), entry.getKey())
              .isLessThan(TOLERANCE);
        } else {
          assertThat(norm(mine) + norm(theirs)).isZero();
        }
      }
    }
  }

  private static Weights step(Weights weights, String engine) {
    NormPolicy kept =
        new NormPolicy(BatchNormStatistics.KEPT, Set.of("norm", "unscaled", "vector"), 1);
    try (Learner learner =
        Learner.of(
            GRAPH,
            Set.of(),
            weights,
            kept,
            EngineOptions.defaults().engine(engine),
            CrossEntropy.crossEntropy(),
            GRADIENTS)) {
      learner.step(
          Batch.of(
              List.of(
                  new float[][] {Goldens.wave(192, 0.3)}, new float[][] {Goldens.wave(192, 1.7)})),
          Targets.classes(0, 2),
          1);
      return learner.network().weights();
    }
  }

  private static double[] change(Tensor after, float[] before) {
    return IntStream.range(0, before.length)
        .mapToDouble(i -> (double) after.values()[i] - before[i])
        .toArray();
  }

  private static double norm(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }
}
