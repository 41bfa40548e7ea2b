package dev.finetune.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.InferenceNetwork;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Requires networks that compute the same bits each time, also while other networks compute, and
 * nearly the same values with any number of threads.
 */
public interface ConcurrencyContract extends EngineUnderTest {

  /** A network with dropout and a frozen layer. */
  EngineCase SHARED =
      EngineCase.of(
          LayerGraph.builder()
              .add("in", new Input(Shape.image(3, 9, 9)))
              .then("first", new Conv2d(16, 3, 1, Padding.SAME, true, Activation.TANH))
              .then("second", new Conv2d(16, 3, 1, Padding.SAME, true, Activation.TANH))
              .then("third", new Conv2d(8, 3, 2, Padding.SAME, true, Activation.TANH))
              .then("flat", new Flatten())
              .then("dropout", new Dropout(0.5))
              .then("logits", new Dense(3, Activation.LINEAR))
              .build(),
          Set.of("first"),
          1);

  /** Convolutions that an engine may compute with Winograd's algorithm. */
  EngineCase WINOGRAD =
      EngineCase.of(
          LayerGraph.builder()
              .add("in", new Input(Shape.image(32, 8, 8)))
              .then("first", new Conv2d(32, 3, 1, Padding.SAME, true, Activation.RELU))
              .then("second", new Conv2d(32, 3, 1, Padding.SAME, true, Activation.RELU))
              .build());

  /** The number of examples of a batch. */
  int SHARED_BATCH = 4;

  /**
   * The results of a network, for bitwise comparison.
   *
   * @param logits the logits of training mode
   * @param gradients the gradients of all parameters
   * @param judged the logits of inference mode
   */
  record Bits(List<float[]> logits, Weights gradients, List<float[]> judged) {

    /** Checks that all bits are equal. */
    void requireSame(Bits other) {
      assertThat(logits.toArray(float[][]::new))
          .isDeepEqualTo(other.logits.toArray(float[][]::new));
      assertThat(judged.toArray(float[][]::new))
          .isDeepEqualTo(other.judged.toArray(float[][]::new));
      assertThat(gradients.tensors()).isEqualTo(other.gradients.tensors());
    }
  }

  private Bits bits(EngineOptions options) {
    try (TrainableNetwork network = SHARED.training(engine(), options);
        InferenceNetwork inference = SHARED.inference(engine(), options)) {
      float[][] factors = SHARED.factors(SHARED_BATCH);
      float[][] logits = Passes.forward(network, SHARED.batch(SHARED_BATCH), 5, factors);
      return new Bits(
          List.of(logits),
          Passes.gradients(network),
          Stream.of(network.logits(SHARED.batch(2)), inference.output(SHARED.batch(2)))
              .flatMap(Stream::of)
              .toList());
    }
  }

  @Test
  default void should_give_the_same_bits_again() {
    bits(options()).requireSame(bits(options()));
  }

  @Test
  default void should_give_the_bits_of_one_network_alone_from_several_threads() throws Exception {
    Bits alone = bits(options());
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Bits>> found = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        found.add(threads.submit((Callable<Bits>) () -> bits(options())));
      }
      for (Future<Bits> future : found) {
        future.get().requireSame(alone);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Checks that masks and values of examples do not depend on the thread that computes them. */
  @Test
  default void should_compute_the_same_with_any_number_of_threads() {
    Bits one = bits(options().threads(1));
    double tolerance = Rounding.ofGradients(SHARED.graph(), SHARED_BATCH);
    for (int threads = 2; threads <= 3; threads++) {
      Bits several = bits(options().threads(threads));
      for (int i = 0; i < one.logits().size(); i++) {
        Differences.requireNear(
            several.logits().get(i),
            Differences.doubles(one.logits().get(i)),
            tolerance,
            "logits of " + threads + " threads");
      }
      for (String layer : one.gradients().tensors().rowKeySet()) {
        one.gradients()
            .layer(layer)
            .forEach(
                (role, gradient) ->
                    Differences.requireNear(
                        several.gradients().tensor(layer, role).values(),
                        Differences.doubles(gradient.values()),
                        tolerance,
                        "gradient of " + layer));
      }
    }
  }

  /**
   * Checks that options with equal fingerprints give equal bits. Cached features are found by the
   * fingerprint.
   */
  @Test
  default void should_have_another_fingerprint_where_bits_are_others() {
    List<EngineOptions> all = new ArrayList<>();
    for (int threads = 1; threads <= 3; threads++) {
      all.add(options().threads(threads).winograd(true));
      all.add(options().threads(threads).winograd(false));
    }
    Map<String, float[][]> found = new HashMap<>();
    for (EngineOptions options : all) {
      float[][] inferred = inferred(options);
      float[][] before = found.putIfAbsent(engine().fingerprint(options), inferred);
      if (before != null) {
        assertThat(inferred).as("bits by %s", options).isDeepEqualTo(before);
      }
    }
  }

  private float[][] inferred(EngineOptions options) {
    try (InferenceNetwork network = WINOGRAD.inference(engine(), options)) {
      return network.output(WINOGRAD.batch(1));
    }
  }
}
