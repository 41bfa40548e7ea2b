package dev.finetune.internal.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.engine.Batch;
import dev.finetune.engine.NormPolicy;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Shape;
import dev.finetune.graph.layer.StochasticDepth;
import dev.finetune.testing.Goldens;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/** Training with Deeplearning4j and the application's random numbers do not affect each other. */
class Dl4jTrainingTest {

  private static final int IMAGES = 3;

  private static final float[][] GRADIENTS = {{1, -1}, {-1, 1}, {1, -1}};

  private static LayerGraph graph() {
    return LayerGraph.builder()
        .add("in", new Input(Shape.vector(6)))
        .then("hidden", new Dense(8, Activation.RELU))
        .then("dropout", new Dropout(0.5))
        .then("depth", new StochasticDepth(0.5))
        .then("logits", new Dense(2, Activation.LINEAR))
        .build();
  }

  private static Batch batch(float factor) {
    float[] values = Goldens.wave(6 * IMAGES, 0.3);
    List<float[][]> examples = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      float[] own = new float[6];
      for (int k = 0; k < 6; k++) {
        own[k] = values[i * 6 + k] * factor;
      }
      examples.add(new float[][] {own});
    }
    return Batch.of(examples);
  }

  private static Dl4jTraining training() {
    LayerGraph graph = graph();
    return new Dl4jTraining(
        graph, Set.of(), RandomWeights.glorot(graph, 1), NormPolicy.ownMomentum());
  }

  /** Returns random numbers of each kind, drawn before and after {@code between} runs. */
  private static List<Number> draws(Runnable between) {
    Random random = Nd4j.getRandom();
    random.setSeed(77);
    List<Number> drawn = new ArrayList<>(draw(random));
    between.run();
    drawn.addAll(draw(random));
    drawn.add(random.getSeed());
    return drawn;
  }

  private static List<Number> draw(Random random) {
    return List.of(
        random.nextInt(),
        random.nextDouble(),
        random.nextGaussian(),
        Nd4j.rand(1, 5).sumNumber().doubleValue());
  }

  @Test
  void should_leave_the_applications_random_numbers_alone() {
    List<Number> alone = draws(() -> {});

    List<Number> around =
        draws(
            () -> {
              try (Dl4jTraining training = training()) {
                logits(training, 5);
                logits(training, 6);
                training.logits(batch(1));
              }
              Weights weights = RandomWeights.glorot(graph(), 1);
              new Dl4jInference(graph(), weights).close();
              // Deeplearning4j also seeds the generator when a network is initialised.
              ComputationGraph network = Dl4jGraphs.classifier(graph(), weights);
              GraphReader.read(network, Shape.vector(6), Optional.empty());
              network.close();
            });

    assertThat(around).isEqualTo(alone);
  }

  @Test
  void should_not_depend_on_the_applications_random_numbers() {
    float[][][] logits = new float[2][][];
    for (int run = 0; run < 2; run++) {
      Nd4j.getRandom().setSeed(run);
      try (Dl4jTraining training = training()) {
        logits[run] = logits(training, 5);
      }
    }

    assertThat(logits[1]).isDeepEqualTo(logits[0]);
  }

  /** Returns the logits in training mode. */
  private static float[][] logits(Dl4jTraining training, long seed) {
    float[][][] logits = new float[1][][];
    training.differentiate(
        batch(1),
        seed,
        outputs -> {
          logits[0] = outputs;
          return GRADIENTS;
        });
    return logits[0];
  }
}
