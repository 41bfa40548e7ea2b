package dev.finetune.internal.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.NormPolicy;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.testing.Goldens;
import dev.finetune.weights.RandomWeights;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link OneDnnTraining#bytes} predicts the memory of training without allocating it. */
@Tag("numeric")
class TrainingBytesTest {

  private static final Shape INPUT = Shape.image(3, 32, 32);
  private static final LayerGraph GRAPH =
      LayerGraph.builder()
          .add("in", new Input(INPUT))
          .then("first", new Conv2d(32, 3, 1, Padding.SAME, true, Activation.RELU))
          .then("second", new Conv2d(32, 3, 1, Padding.SAME, true, Activation.RELU))
          .then("flat", new Flatten())
          .then("logits", new Dense(3, Activation.LINEAR))
          .build();

  private static OneDnnTraining training(int threads) {
    return new OneDnnTraining(
        GRAPH,
        Set.of(),
        RandomWeights.glorot(GRAPH, 1),
        NormPolicy.ownMomentum(),
        EngineOptions.defaults().threads(threads));
  }

  private static Batch batch(int size) {
    return Batch.of(
        IntStream.range(0, size)
            .mapToObj(i -> new float[][] {Goldens.wave(INPUT.size(), 0.3 + 0.1 * i)})
            .toList());
  }

  @Test
  void should_not_depend_on_earlier_calls() {
    try (OneDnnTraining first = training(2);
        OneDnnTraining second = training(2)) {
      List<Long> up = IntStream.of(1, 2, 5, 8, 16).mapToObj(first::bytes).toList();
      List<Long> down = IntStream.of(16, 8, 5, 2, 1).mapToObj(second::bytes).toList();

      // Memory need not grow with every batch size: oneDNN's algorithms depend on it.
      assertThat(up.get(4)).isGreaterThan(up.get(0));
      assertThat(IntStream.of(4, 3, 2, 1, 0).mapToObj(down::get)).containsExactlyElementsOf(up);
    }
  }

  @Test
  void should_not_allocate_memory_to_predict_it() {
    try (OneDnnTraining training = training(2)) {
      long held = training.bytes(0);

      assertThat(training.bytes(64)).isGreaterThan(held + 64L * 32 * 32 * 32 * Float.BYTES);

      assertThat(training.bytes(0)).isEqualTo(held);
    }
  }

  /**
   * The batch sizes give shards of two sizes, of one size, and fewer examples than threads. JavaCPP
   * counts the memory of the whole process, and memory of other tests may be freed at any time, so
   * the test has several attempts.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 9})
  void should_predict_what_training_takes(int size) {
    assertThat(Stream.generate(() -> takenOverPredicted(size)).limit(10))
        .anySatisfy(ratio -> assertThat(ratio).isBetween(0.8, 1.25));
  }

  private static double takenOverPredicted(int size) {
    try (OneDnnTraining training = training(4)) {
      long predicted = training.bytes(size) - training.bytes(0);
      long before = Pointer.totalBytes();

      training.differentiate(
          batch(size),
          1,
          outputs -> Arrays.stream(outputs).map(float[]::clone).toArray(float[][]::new));
      training.logits(batch(size));

      return (double) (Pointer.totalBytes() - before) / predicted;
    }
  }
}
