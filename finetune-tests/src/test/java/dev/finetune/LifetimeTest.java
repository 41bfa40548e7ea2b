package dev.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.backbone.Backbone;
import dev.finetune.engine.EngineOptions;
import dev.finetune.evaluate.Prediction;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import dev.finetune.image.Preprocessing;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.RandomWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Objects with native memory can be closed, left to the garbage collector, or shared by threads.
 */
class LifetimeTest {

  private static final SyntheticImages IMAGES = new SyntheticImages(3, 8, 32, 1);

  /** Returns a model whose network has some megabytes of native memory. */
  private static FineTunedModel model(String engine) {
    return FineTune.from(RandomBackbones.backbone(6, 3))
        .engine(engine)
        .train(IMAGES, IMAGES, TrainOptions.defaults().epochs(1));
  }

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "dl4j"})
  void should_refuse_to_compute_once_it_is_closed(String engine) throws IOException {
    FineTunedModel model = model(engine);
    Pixels image = IMAGES.load(0);
    Prediction before = model.classify(image);

    model.close();
    model.close();

    assertThatThrownBy(() -> model.classify(image))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> model.classifier().logits(image))
        .isInstanceOf(IllegalStateException.class);
    // The weights are in the heap and stay available.
    Path file = folder.resolve("model.zip");
    model.save(file);
    try (FineTunedModel again = FineTunedModel.load(file)) {
      assertThat(again.classify(image).probabilities()).isEqualTo(before.probabilities());
    }
  }

  @Test
  void should_close_an_extractor() throws IOException {
    Backbone backbone = RandomBackbones.backbone(6, 3);
    FeatureExtractor extractor =
        FeatureExtractor.of(
            backbone.input(),
            backbone.graph(),
            backbone.weights(),
            backbone.graph().outputs().get(0));
    List<Pixels> images = List.of(IMAGES.load(0));
    extractor.features(images);

    extractor.close();
    extractor.close();

    assertThatThrownBy(() -> extractor.features(images))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  /** A few bytes of handles remain until garbage collection. */
  @Test
  void should_free_native_memory_when_it_is_closed() {
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Input(Shape.image(3, 128, 128)))
            .then("first", new Conv2d(64, 3, 1, Padding.SAME, true, Activation.RELU))
            .then("second", new Conv2d(64, 3, 1, Padding.SAME, true, Activation.RELU))
            .then("pool", new GlobalAveragePool())
            .then("logits", new Dense(2, Activation.LINEAR))
            .build();
    InputSpec input = new InputSpec(128, 128, Preprocessing.TF);
    long before = Pointer.totalBytes();
    long open;
    try (ImageClassifier classifier =
        ImageClassifier.of(input, List.of("a", "b"), graph, RandomWeights.glorot(graph, 1))) {
      classifier.classify(IMAGES.load(0));
      open = Pointer.totalBytes() - before;
    }
    assertThat(open).isGreaterThan(64 * 128 * 128 * Float.BYTES);
    assertThat(Pointer.totalBytes() - before).isLessThan(open / 10);
  }

  /** Garbage collection is requested until it has run. */
  @Test
  @Timeout(60)
  void should_free_native_memory_when_it_is_garbage_collected() throws IOException {
    FineTunedModel model = model("onednn");
    long before = Pointer.totalBytes();
    for (int i = 0; i < 5; i++) {
      again(model).classify(IMAGES.load(0));
    }
    while (Pointer.totalBytes() > before) {
      System.gc();
    }
    assertThat(model.classify(IMAGES.load(0)).probabilities()).hasSize(3);
  }

  private FineTunedModel again(FineTunedModel model) throws IOException {
    Path file = folder.resolve("again.zip");
    model.save(file);
    return FineTunedModel.load(file, EngineOptions.defaults());
  }

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "dl4j"})
  void should_compute_the_same_bits_in_several_threads(String engine) throws Exception {
    try (FineTunedModel model = model(engine)) {
      List<float[]> alone = IntStream.range(0, 24).mapToObj(i -> model.logits(image(i))).toList();
      ExecutorService threads = Executors.newFixedThreadPool(6);
      try {
        List<Future<float[]>> together =
            IntStream.range(0, 24)
                .mapToObj(i -> threads.submit(() -> model.logits(image(i))))
                .toList();
        for (int i = 0; i < 24; i++) {
          assertThat(together.get(i).get()).containsExactly(alone.get(i));
        }
      } finally {
        threads.shutdown();
      }
    }
  }

  private static Pixels image(int index) {
    return IMAGES.load(index % IMAGES.size());
  }
}
