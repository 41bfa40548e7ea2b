package dev.finetune;

import static dev.finetune.head.HeadLayers.dense;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.backbone.Backbone;
import dev.finetune.engine.EngineOptions;
import dev.finetune.image.Augmentation;
import dev.finetune.image.Augmentations;
import dev.finetune.image.Pixels;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.Adam;
import dev.finetune.train.FeatureCache;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training with a feature cache in a folder. */
@Tag("numeric")
class FeatureCacheTest {

  private static final Backbone BACKBONE = RandomBackbones.backbone(4, 3);
  private static final SyntheticImages TRAIN = new SyntheticImages(3, 12, 9, 1);
  private static final SyntheticImages VALID = new SyntheticImages(3, 6, 9, 2);
  private static final TrainOptions OPTIONS =
      TrainOptions.defaults().epochs(2).batch(4).optimizer(Adam.adam(1e-2));

  @TempDir Path directory;

  /** Trains, and returns how many images the stem computed. */
  private static int computed(FineTune tuning, TrainOptions options) {
    AtomicInteger computed = new AtomicInteger();
    tuning.train(
        TRAIN,
        VALID,
        options.observer(
            new TrainingObserver() {
              @Override
              public void stemProgress(int done, int total) {
                computed.set(done);
              }
            }));
    return computed.get();
  }

  private static FineTune tuning(Backbone backbone) {
    return FineTune.from(backbone).freezeAll().classes(3);
  }

  @Test
  void should_compute_nothing_again_for_another_head_or_rate() {
    TrainOptions cached = OPTIONS.cache(FeatureCache.at(directory));

    assertThat(computed(tuning(BACKBONE).head(), cached)).isEqualTo(18);
    assertThat(computed(tuning(BACKBONE).head(), cached)).isZero();
    assertThat(computed(tuning(BACKBONE).head(dense(8)), cached.optimizer(Adam.adam(1e-3))))
        .isZero();
    assertThat(computed(tuning(RandomBackbones.backbone(4, 4)).head(), cached)).isEqualTo(18);
  }

  @Test
  void should_produce_the_same_model_as_training_in_memory() {
    FineTunedModel inMemory = tuning(BACKBONE).train(TRAIN, VALID, OPTIONS);

    FineTunedModel cached =
        tuning(BACKBONE).train(TRAIN, VALID, OPTIONS.cache(FeatureCache.at(directory)));
    FineTunedModel again =
        tuning(BACKBONE).train(TRAIN, VALID, OPTIONS.cache(FeatureCache.at(directory)));

    assertThat(cached.weights().tensors()).isEqualTo(inMemory.weights().tensors());
    assertThat(again.weights().tensors()).isEqualTo(inMemory.weights().tensors());
  }

  /** Rounding depends on the number of threads, which split sums, and on the algorithm. */
  @Test
  void should_keep_features_of_other_threads_and_algorithms_apart() {
    TrainOptions cached = OPTIONS.cache(FeatureCache.at(directory));
    EngineOptions one = EngineOptions.defaults().threads(1);

    assertThat(computed(tuning(BACKBONE).engine(one), cached)).isEqualTo(18);
    assertThat(computed(tuning(BACKBONE).engine(one.threads(2)), cached)).isEqualTo(18);
    assertThat(computed(tuning(BACKBONE).engine(one.winograd(false)), cached)).isEqualTo(18);
    assertThat(computed(tuning(BACKBONE).engine(one), cached)).isZero();
  }

  @Test
  void should_keep_float16_apart_from_float32() throws IOException {
    FeatureCache cache = FeatureCache.at(directory);
    computed(tuning(BACKBONE), OPTIONS.cache(cache));

    assertThat(computed(tuning(BACKBONE), OPTIONS.cache(cache.float16()))).isEqualTo(18);

    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.filter(f -> f.toString().endsWith(".features"))).hasSize(2);
    }
  }

  @Test
  void should_store_every_variant_of_training_images_only() {
    TrainOptions cached =
        OPTIONS
            .cache(FeatureCache.at(directory))
            .augment(Augmentations.affine(20, 0.1, 0.1).then(Augmentations.brightness(0.2)), 5);

    assertThat(computed(tuning(BACKBONE), cached)).isEqualTo(5 * 12 + 6);
    assertThat(computed(tuning(BACKBONE), cached.seed(7))).isZero();
    assertThat(computed(tuning(BACKBONE), cached.augment(Augmentations.brightness(0.2), 5)))
        .isEqualTo(5 * 12);
  }

  /** Records its results, to show that epochs differ and validation images are not changed. */
  private static final class Recording implements Augmentation {
    private final Set<Float> given = ConcurrentHashMap.newKeySet();

    @Override
    public Pixels apply(Pixels image, RandomGenerator random) {
      float value = (float) random.nextDouble(255);
      given.add(value);
      float[] planes = new float[image.planes().length];
      Arrays.fill(planes, value);
      return Pixels.ofPlanes(image.height(), image.width(), planes);
    }

    @Override
    public String description() {
      return "recording";
    }
  }

  @Test
  void should_augment_images_anew_in_every_epoch_where_nothing_is_frozen() {
    Recording first = new Recording();
    Recording second = new Recording();

    FineTune.from(BACKBONE).freezeNone().classes(3).train(TRAIN, VALID, OPTIONS.augment(first, 1));
    FineTune.from(BACKBONE).freezeNone().classes(3).train(TRAIN, VALID, OPTIONS.augment(second, 1));

    assertThat(first.given).hasSize(2 * 12);
    assertThat(second.given).isEqualTo(first.given);
  }

  @Test
  void should_name_a_folder_that_cannot_be_created() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "not a folder");

    assertThatThrownBy(() -> computed(tuning(BACKBONE), OPTIONS.cache(FeatureCache.at(file))))
        .hasMessageContaining(file.toString());
  }
}
