package dev.finetune;

import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.head.HeadLayers.dropout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.backbone.Backbone;
import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.image.Pixels;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.Adam;
import dev.finetune.train.BatchResult;
import dev.finetune.train.EpochResult;
import dev.finetune.train.Keep;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingObserver;
import dev.finetune.train.TrainingStart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("numeric")
class TrainingTest {

  private static final Backbone BACKBONE = RandomBackbones.backbone(6, 5);
  private static final SyntheticImages TRAIN = new SyntheticImages(3, 24, 8, 1);
  private static final SyntheticImages VALID = new SyntheticImages(3, 9, 8, 2);
  private static final TrainOptions OPTIONS =
      TrainOptions.defaults().epochs(4).batch(5).optimizer(Adam.adam(1e-2));

  private static FineTune fineTune() {
    return FineTune.from(BACKBONE).freezeUpTo("layer1").head(dense(8), dropout(0.4));
  }

  @Test
  void should_produce_the_same_bits_for_the_same_seed() {
    FineTunedModel first = fineTune().train(TRAIN, VALID, OPTIONS.seed(7));
    FineTunedModel second = fineTune().train(TRAIN, VALID, OPTIONS.seed(7));
    FineTunedModel other = fineTune().train(TRAIN, VALID, OPTIONS.seed(8));

    assertThat(second.weights().tensors()).isEqualTo(first.weights().tensors());
    assertThat(second.logits(VALID.load(0))).containsExactly(first.logits(VALID.load(0)));
    assertThat(other.weights().tensors()).isNotEqualTo(first.weights().tensors());
  }

  /** No image is ready before the trainer waits for it. Waiting in validation does not count. */
  @Test
  void should_measure_how_long_the_network_waits_for_images() {
    Thread trainer = Thread.currentThread();
    ImageDataset late =
        new DelegatingImages(TRAIN) {
          @Override
          public Pixels load(int index) throws IOException {
            while (Thread.currentThread() != trainer
                && trainer.getState() == Thread.State.RUNNABLE) {
              Thread.onSpinWait();
            }
            return super.load(index);
          }
        };
    FineTune whole = FineTune.from(BACKBONE).freezeNone().head(dense(8));

    EpochResult decoding = whole.train(late, VALID, OPTIONS.epochs(1)).history().last();

    assertThat(decoding.waitSeconds()).isPositive().isLessThan(decoding.seconds());
  }

  @Test
  void should_classify_from_several_threads_as_from_one() {
    FineTunedModel model = fineTune().train(TRAIN, VALID, OPTIONS.epochs(1));
    List<float[]> alone = IntStream.range(0, 9).mapToObj(i -> model.logits(VALID.load(i))).toList();

    List<float[]> together =
        IntStream.range(0, 180).parallel().mapToObj(i -> model.logits(VALID.load(i % 9))).toList();

    for (int i = 0; i < together.size(); i++) {
      assertThat(together.get(i)).containsExactly(alone.get(i % 9));
    }
  }

  @Test
  void should_learn_what_can_be_learned() {
    FineTunedModel model =
        FineTune.from(BACKBONE)
            .freezeNone()
            .head(dense(16))
            .train(TRAIN, VALID, OPTIONS.epochs(25));

    List<EpochResult> epochs = model.history().epochs();
    assertThat(epochs).hasSize(25);
    assertThat(epochs.get(24).trainLoss()).isLessThan(epochs.get(0).trainLoss() / 2);
    assertThat(model.history().last().validScore()).isGreaterThan(0.6);
  }

  /** Validation in the last epoch agrees with the evaluation of the finished model. */
  @Test
  void should_validate_like_the_finished_model() {
    FineTunedModel model = fineTune().train(TRAIN, VALID, OPTIONS);

    EpochResult last = model.history().last();
    assertThat(model.evaluate(VALID).loss()).isCloseTo(last.validLoss(), Offset.offset(1e-5));
    assertThat(model.evaluate(VALID).accuracy()).isEqualTo(last.validScore());
  }

  @Test
  void should_keep_the_best_epoch_with_keep_best() {
    // With such a large learning rate, accuracy varies, and the last epoch is rarely the best.
    TrainOptions wild = OPTIONS.epochs(12).optimizer(Adam.adam(0.3)).keep(Keep.BEST);

    FineTunedModel model = fineTune().train(TRAIN, VALID, wild);

    assertThat(model.evaluate(VALID).accuracy()).isEqualTo(model.history().best().validScore());
  }

  @Test
  void should_notify_observers_of_every_batch_and_epoch() {
    List<String> events = new ArrayList<>();
    TrainingObserver observer =
        new TrainingObserver() {
          @Override
          public void trainingStarted(TrainingStart start) {
            events.add(
                "start " + start.trainImages() + " " + start.validImages() + " " + start.epochs());
          }

          @Override
          public void batchEnded(BatchResult result) {
            events.add("batch " + result.epoch() + "." + result.batch());
          }

          @Override
          public void epochEnded(EpochResult result) {
            events.add("epoch " + result.epoch());
          }
        };

    fineTune().train(TRAIN, VALID, OPTIONS.epochs(2).batch(16).observer(observer));

    assertThat(events)
        .containsExactly(
            "start 24 9 2",
            "batch 1.1",
            "batch 1.2",
            "epoch 1",
            "batch 2.1",
            "batch 2.2",
            "epoch 2");
  }

  @Test
  void should_list_every_unreadable_image_before_training() {
    ImageDataset broken =
        new DelegatingImages(TRAIN) {
          @Override
          public Pixels load(int index) throws IOException {
            if (index % 10 == 3) {
              throw new IOException(name(index) + ": the file is empty");
            }
            return super.load(index);
          }
        };
    TrainingObserver none =
        new TrainingObserver() {
          @Override
          public void batchEnded(BatchResult result) {
            throw new AssertionError("trained on a broken dataset");
          }
        };

    assertThatThrownBy(() -> fineTune().train(broken, VALID, OPTIONS.observer(none)))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("synthetic-3", "synthetic-13", "synthetic-23", "3 problems");
  }

  private static class DelegatingImages implements ImageDataset {
    private final ImageDataset images;

    DelegatingImages(ImageDataset images) {
      this.images = images;
    }

    @Override
    public List<String> classNames() {
      return images.classNames();
    }

    @Override
    public int size() {
      return images.size();
    }

    @Override
    public int label(int index) {
      return images.label(index);
    }

    @Override
    public String name(int index) {
      return images.name(index);
    }

    @Override
    public Pixels load(int index) throws IOException {
      return images.load(index);
    }
  }
}
