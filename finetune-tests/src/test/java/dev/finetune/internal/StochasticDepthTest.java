package dev.finetune.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.NormPolicy;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.graph.layer.StochasticDepth;
import dev.finetune.internal.training.Learner;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.loss.Targets;
import dev.finetune.testing.Goldens;
import dev.finetune.train.Adam;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Weights;
import java.util.Arrays;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In training each example is left out as a whole, or scaled up; which one, the seed says. */
@Tag("numeric")
class StochasticDepthTest {

  /** Losses of two examples are of the size of one; a float32 mean of 16 places is off by 1e-6. */
  private static final double SAME = 1e-5;

  private static final double RATE = 0.25;
  private static final int STEPS = 200;
  private static final Shape IMAGE = Shape.image(5, 4, 4);

  /** So small a rate that the values stay what they are. */
  private static final Adam STILL = new Adam(1e-20, 0.9, 0.999, 1e-7);

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "dl4j"})
  void should_leave_out_or_scale_each_example(String engine) {
    double[] dropped = {Math.log(2), Math.log(2)}; // logits of nothing, without bias
    double[] kept = {loss(graph(false), engine, 0), loss(graph(false), engine, 1)};
    int leftOut = 0;
    LayerGraph graph = graph(true);
    Weights weights = RandomWeights.glorot(graph, 3);
    try (Learner learner = learner(graph, weights, engine)) {
      for (int step = 0; step < STEPS; step++) {
        double loss = learner.step(batch(1f, 0, 1), Targets.classes(0, 0), step).loss();
        int found = 0;
        for (int choice = 0; choice < 4; choice++) {
          double first = (choice & 1) == 0 ? kept[0] : dropped[0];
          double second = (choice & 2) == 0 ? kept[1] : dropped[1];
          if (Math.abs(loss - (first + second) / 2) < SAME) {
            found++;
            leftOut += Integer.bitCount(choice);
          }
        }
        assertThat(found).as("loss %s of step %s", loss, step).isEqualTo(1);
      }
    }

    // Four standard deviations of a share of 400 draws.
    double deviation = Math.sqrt(RATE * (1 - RATE) / (2 * STEPS));
    assertThat(leftOut / (2.0 * STEPS)).isCloseTo(RATE, Offset.offset(4 * deviation));
  }

  /** Of one example that is kept: its values are over 1 - rate. */
  private static double loss(LayerGraph graph, String engine, int example) {
    Weights weights = RandomWeights.glorot(graph, 3);
    try (Learner learner = learner(graph, weights, engine)) {
      return learner.step(batch((float) (1 / (1 - RATE)), example), Targets.classes(0), 0).loss();
    }
  }

  private static Learner learner(LayerGraph graph, Weights weights, String engine) {
    return Learner.of(
        graph,
        Set.of(),
        weights,
        NormPolicy.ownMomentum(),
        EngineOptions.defaults().engine(engine),
        CrossEntropy.crossEntropy(),
        STILL);
  }

  private static LayerGraph graph(boolean stochastic) {
    LayerGraph.Builder graph = LayerGraph.builder().add("in", new Input(IMAGE));
    graph.then("conv", Conv2d.plain(IMAGE.channels(), 1, 1, Padding.VALID));
    if (stochastic) {
      graph.then("depth", new StochasticDepth(RATE));
    }
    return graph
        .then("pooled", new GlobalAveragePool())
        .then("logits", new Dense(2, Activation.LINEAR))
        .build();
  }

  private static Batch batch(float factor, int... examples) {
    return Batch.of(
        Arrays.stream(examples)
            .mapToObj(
                example -> {
                  float[] image = Goldens.wave(IMAGE.size(), 0.3 + example);
                  for (int i = 0; i < image.length; i++) {
                    image[i] = (image[i] + 1) * factor;
                  }
                  return new float[][] {image};
                })
            .toList());
  }
}
