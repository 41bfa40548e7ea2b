package dev.finetune.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.finetune.engine.Batch;
import dev.finetune.engine.NormPolicy;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.Shape;
import dev.finetune.testing.reference.Normalisation.Moments;
import dev.finetune.testing.reference.Reference;
import dev.finetune.train.BatchNormStatistics;
import dev.finetune.weights.Weights;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Requires batch normalisation that uses batch or stored statistics according to {@link
 * NormPolicy}, and that moves, keeps or recomputes the stored ones.
 */
public interface StatisticsContract extends EngineUnderTest {

  /** The network of most tests; its dropout layer drops nothing. */
  LayerGraph GRAPH = graph(0);

  /** The names of all batch normalisation layers. */
  Set<String> NORMS = Set.of("norm", "unscaled", "vector");

  /** Returns a network that normalises an image, another image without scale, and a vector. */
  private static LayerGraph graph(double dropout) {
    return LayerGraph.builder()
        .add("in", new Input(Shape.image(3, 5, 4)))
        .then("conv", new Conv2d(4, 3, 1, Padding.SAME, true, Activation.TANH))
        .then("norm", new BatchNorm(1e-3, 0.9))
        .then("second", new Conv2d(4, 3, 2, Padding.SAME, true, Activation.ELU))
        .then("unscaled", new BatchNorm(1e-3, 0.7, false))
        .then("flat", new Flatten())
        .then("hidden", new Dense(6, Activation.SWISH))
        .then("dropout", new Dropout(dropout))
        .then("vector", new BatchNorm(1e-2, 0.5))
        .then("logits", new Dense(2, Activation.LINEAR))
        .build();
  }

  private static EngineCase of(Set<String> frozen) {
    return EngineCase.of(GRAPH, frozen, 1);
  }

  private static NormPolicy policy(BatchNormStatistics statistics) {
    return new NormPolicy(statistics, Set.of("norm", "unscaled"), 4);
  }

  /** Checks the rule of Keras: a share of the old value is kept, and the variance is biased. */
  @Test
  default void should_move_stored_statistics_with_their_own_momentum() {
    requireMoved(NormPolicy.ownMomentum());
  }

  @Test
  default void should_move_stored_statistics_as_the_policy_says() {
    requireMoved(policy(BatchNormStatistics.MOVING));
  }

  private void requireMoved(NormPolicy norms) {
    GradientJudge judge = new GradientJudge(of(Set.of()), norms, 3);
    Batch batch = judge.judged().batch(3);
    try (TrainableNetwork network = judge.judged().training(engine(), norms, options())) {
      Passes.forward(network, batch, 1, judge.judged().factors(3));
      Reference.Pass pass = judge.reference().pass(batch);
      for (String name : NORMS) {
        BatchNorm norm = (BatchNorm) GRAPH.node(name).layer();
        double kept = norms.momentum(norm).orElseThrow();
        List<Moments> seen = pass.statistics().get(name);
        float[] means = tensor(judge.judged().weights(), name, ParameterRole.MOVING_MEAN);
        float[] variances = tensor(judge.judged().weights(), name, ParameterRole.MOVING_VARIANCE);
        requireStatistics(
            network.weights(),
            name,
            IntStream.range(0, means.length)
                .mapToObj(
                    i ->
                        new Moments(
                            kept * means[i] + (1 - kept) * seen.get(i).mean(),
                            kept * variances[i] + (1 - kept) * seen.get(i).variance()))
                .toList());
      }
    }
  }

  /** Checks that gamma and beta train while the statistics stay. */
  @Test
  default void should_normalise_by_kept_statistics_and_keep_them() {
    NormPolicy kept = policy(BatchNormStatistics.KEPT);
    new GradientJudge(of(Set.of()), kept, 3).requireGradients(engine(), options());
    requireNothingMoves(Set.of(), kept);
  }

  @Test
  default void should_normalise_frozen_layers_by_stored_statistics_and_keep_them() {
    Set<String> frozen = Set.of("norm", "vector");
    new GradientJudge(of(frozen), NormPolicy.ownMomentum(), 3)
        .requireGradients(engine(), options());
    requireNothingMoves(NORMS, NormPolicy.ownMomentum());
  }

  @Test
  default void should_leave_statistics_alone_that_are_recomputed() {
    requireNothingMoves(Set.of(), policy(BatchNormStatistics.RECOMPUTED));
  }

  private void requireNothingMoves(Set<String> frozen, NormPolicy norms) {
    EngineCase judged = of(frozen);
    try (TrainableNetwork network = judged.training(engine(), norms, options())) {
      Passes.forward(network, judged.batch(3), 1, judged.factors(3));
      network.logits(judged.batch(2));
      assertThat(network.weights().tensors()).isEqualTo(judged.weights().tensors());
    }
  }

  /** Checks that statistics of several batches equal those of all examples, without dropout. */
  @Test
  default void should_recompute_statistics_of_what_was_observed() {
    NormPolicy norms = policy(BatchNormStatistics.RECOMPUTED);
    GradientJudge judge = new GradientJudge(EngineCase.of(graph(0.5)), norms, 3);
    Batch first = judge.judged().batch(3);
    Batch second = judge.judged().batch(5).part(3, 5);
    try (TrainableNetwork network = judge.judged().training(engine(), norms, options())) {
      assertThat(network.recomputesStatistics()).isTrue();
      network.observe(first);
      network.observe(second);
      assertThat(network.weights().tensors()).isEqualTo(judge.judged().weights().tensors());
      network.settle();

      Reference.Pass one = judge.reference().pass(first);
      Reference.Pass two = judge.reference().pass(second);
      for (String name : NORMS) {
        List<Moments> ofOne = one.statistics().get(name);
        List<Moments> ofTwo = two.statistics().get(name);
        requireStatistics(
            network.weights(),
            name,
            IntStream.range(0, ofOne.size())
                .mapToObj(i -> joined(ofOne.get(i), ofTwo.get(i), 3.0 / 5))
                .toList());
      }
      requireInference(judge.judged(), network, second);
    }
  }

  private static Moments joined(Moments one, Moments two, double share) {
    double mean = share * one.mean() + (1 - share) * two.mean();
    double square =
        share * (one.variance() + one.mean() * one.mean())
            + (1 - share) * (two.variance() + two.mean() * two.mean());
    return new Moments(mean, square - mean * mean);
  }

  /** Checks that layers without pretrained statistics are recomputed, and the others are kept. */
  @Test
  default void should_recompute_only_statistics_that_are_not_kept() {
    NormPolicy norms = policy(BatchNormStatistics.KEPT);
    GradientJudge judge = new GradientJudge(of(Set.of()), norms, 3);
    Batch batch = judge.judged().batch(3);
    try (TrainableNetwork network = judge.judged().training(engine(), norms, options())) {
      network.observe(batch);
      network.settle();
      requireStatistics(
          network.weights(), "vector", judge.reference().pass(batch).statistics().get("vector"));
      for (String name : norms.pretrained()) {
        assertThat(network.weights().layer(name)).isEqualTo(judge.judged().weights().layer(name));
      }
    }
  }

  @Test
  default void should_not_settle_what_was_not_observed() {
    EngineCase judged = of(Set.of());
    try (TrainableNetwork network =
        judged.training(engine(), policy(BatchNormStatistics.RECOMPUTED), options())) {
      assertThatIllegalStateException().isThrownBy(network::settle);
    }
    try (TrainableNetwork network = judged.training(engine(), options())) {
      assertThat(network.recomputesStatistics()).isFalse();
    }
    try (TrainableNetwork network =
        of(NORMS).training(engine(), policy(BatchNormStatistics.RECOMPUTED), options())) {
      assertThat(network.recomputesStatistics()).isFalse();
    }
  }

  /** Checks that logits use the current statistics. */
  @Test
  default void should_compute_logits_by_moved_statistics() {
    EngineCase judged = of(Set.of());
    try (TrainableNetwork network = judged.training(engine(), options())) {
      network.logits(judged.batch(2));
      Passes.forward(network, judged.batch(3), 1, judged.factors(3));
      requireInference(judged, network, judged.batch(2));
    }
  }

  private static void requireInference(EngineCase judged, TrainableNetwork network, Batch batch) {
    EngineCase now = new EngineCase(judged.graph(), judged.frozen(), network.weights());
    Reference.Pass expected = now.reference().pass(batch);
    float[][] logits = network.logits(batch);
    for (int i = 0; i < logits.length; i++) {
      Differences.requireNear(
          logits[i], expected.of("logits").example(i), Rounding.ofForward(GRAPH), "logits");
    }
  }

  private static void requireStatistics(Weights weights, String name, List<Moments> expected) {
    double tolerance = Rounding.ofForward(GRAPH);
    Differences.requireNear(
        tensor(weights, name, ParameterRole.MOVING_MEAN),
        expected.stream().mapToDouble(Moments::mean).toArray(),
        tolerance,
        "means of " + name);
    Differences.requireNear(
        tensor(weights, name, ParameterRole.MOVING_VARIANCE),
        expected.stream().mapToDouble(Moments::variance).toArray(),
        tolerance,
        "variances of " + name);
  }

  private static float[] tensor(Weights weights, String layer, ParameterRole role) {
    return weights.tensor(layer, role).values();
  }
}
