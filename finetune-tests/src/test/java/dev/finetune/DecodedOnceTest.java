package dev.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.collect.ConcurrentHashMultiset;
import com.google.common.collect.Multiset;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.freeze.Freeze;
import dev.finetune.image.Augmentations;
import dev.finetune.testing.ChangedImages;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.FeatureCache;
import dev.finetune.train.MemoryEstimate;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training decodes each image once, to check it and for all epochs, if images fit into memory. */
class DecodedOnceTest {

  private static final Backbone BACKBONE = RandomBackbones.backbone(4, 3);

  /** The images; neither dataset is a multiple of the stem's batch size. */
  private static final ChangedImages TRAIN = ChangedImages.of(new SyntheticImages(3, 21, 9, 1));

  private static final ChangedImages VALID = ChangedImages.of(new SyntheticImages(3, 6, 9, 2));
  private static final TrainOptions OPTIONS = TrainOptions.defaults().epochs(3).batch(5);

  @TempDir Path directory;

  /** An observer that records the memory estimate and the number of examples computed. */
  private static final class Told implements TrainingObserver {
    private final List<MemoryEstimate> estimates = new ArrayList<>();
    private int computed;

    @Override
    public void memoryEstimated(MemoryEstimate estimate) {
      estimates.add(estimate);
    }

    @Override
    public void stemProgress(int done, int total) {
      assertThat(estimates).hasSize(1);
      computed = done;
    }
  }

  /**
   * Trains, checks that every image was loaded once, and returns how many examples were computed.
   */
  private static int computed(TrainOptions options) {
    Multiset<String> loads = ConcurrentHashMultiset.create();
    Told told = new Told();

    FineTune.from(BACKBONE)
        .freezeAll()
        .train(
            counting("train", TRAIN, loads),
            counting("valid", VALID, loads),
            options.observer(told));

    assertThat(loads.elementSet()).hasSize(TRAIN.size() + VALID.size());
    assertThat(loads).hasSize(TRAIN.size() + VALID.size());
    assertThat(told.estimates).hasSize(1);
    return told.computed;
  }

  private static ImageDataset counting(String name, ChangedImages images, Multiset<String> loads) {
    return images.loader(
        index -> {
          loads.add(name + " " + index);
          return images.images().load(index);
        });
  }

  @Test
  void should_decode_once_in_memory() {
    assertThat(computed(OPTIONS)).isEqualTo(27);
    assertThat(computed(OPTIONS.augment(Augmentations.brightness(0.2), 5))).isEqualTo(5 * 21 + 6);
  }

  @Test
  void should_decode_once_whether_or_not_the_folder_has_features() {
    TrainOptions cached = OPTIONS.cache(FeatureCache.at(directory));

    assertThat(computed(cached)).isEqualTo(27);
    assertThat(computed(cached)).isZero();
  }

  @Test
  void should_decode_once_for_all_variants_in_a_folder() {
    TrainOptions cached =
        OPTIONS.cache(FeatureCache.at(directory)).augment(Augmentations.brightness(0.2), 5);

    assertThat(computed(cached)).isEqualTo(5 * 21 + 6);
    assertThat(computed(cached)).isZero();
  }

  @Test
  void should_compute_a_repeated_image_once_for_a_folder() {
    List<Integer> progress = new ArrayList<>();
    TrainingObserver observer =
        new TrainingObserver() {
          @Override
          public void stemProgress(int done, int total) {
            progress.add(done);
          }
        };

    FineTune.from(BACKBONE)
        .train(
            TRAIN.select(0, 1, 2, 1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0),
            VALID,
            OPTIONS.cache(FeatureCache.at(directory)).observer(observer));

    assertThat(progress).last().isEqualTo(11 + 6);
  }

  @Test
  void should_decode_once_without_a_stem() {
    assertThat(loads(FineTune.from(BACKBONE).freezeNone(), OPTIONS)).hasSize(27);
    assertThat(
            loads(
                FineTune.from(BACKBONE).freezeNone(),
                OPTIONS.augment(Augmentations.brightness(0.2), 5)))
        .hasSize(27);
  }

  @Test
  void should_decode_once_for_all_phases() {
    FineTune phases = FineTune.from(BACKBONE).freezeAll().unfreezeAt(2, Freeze.none());

    assertThat(loads(phases, OPTIONS)).hasSize(27);
  }

  private static Multiset<String> loads(FineTune tuning, TrainOptions options) {
    Multiset<String> loads = ConcurrentHashMultiset.create();
    tuning.train(counting("train", TRAIN, loads), counting("valid", VALID, loads), options);
    assertThat(loads.elementSet()).hasSize(TRAIN.size() + VALID.size());
    return loads;
  }

  /** After the first bad image, all others are only checked, and each is read once. */
  @Test
  void should_list_all_bad_images_and_compute_no_more() {
    Multiset<String> loads = ConcurrentHashMultiset.create();
    Told told = new Told();
    ImageDataset train = failing(10, "train", TRAIN, loads);
    ImageDataset valid = failing(3, "valid", VALID, loads);

    DatasetException refused =
        catchThrowableOfType(
            DatasetException.class,
            () ->
                FineTune.from(BACKBONE)
                    .train(train, valid, OPTIONS.cache(FeatureCache.at(directory)).observer(told)));

    assertThat(refused.problems())
        .containsExactly(
            "synthetic-10: train is short",
            "synthetic-20: train is short",
            "synthetic-3: valid is short");
    assertThat(refused).hasRootCauseMessage("train is short");
    assertThat(loads).hasSize(TRAIN.size() + VALID.size());
    assertThat(told.computed).isEqualTo(8);
    // The features of the images before are complete and are not computed again.
    assertThat(computed(OPTIONS.cache(FeatureCache.at(directory)))).isEqualTo(27 - 8);
  }

  private static ImageDataset failing(
      int each, String name, ChangedImages images, Multiset<String> loads) {
    return images.loader(
        index -> {
          loads.add(name + " " + index);
          if (index > 0 && index % each == 0) {
            throw new IOException(name + " is short");
          }
          return images.images().load(index);
        });
  }

  @Test
  void should_name_bad_validation_images() {
    ImageDataset valid = failing(3, "valid", VALID, ConcurrentHashMultiset.create());

    DatasetException refused =
        catchThrowableOfType(
            DatasetException.class, () -> FineTune.from(BACKBONE).train(TRAIN, valid, OPTIONS));

    assertThat(refused.problems()).containsExactly("synthetic-3: valid is short");
  }
}
