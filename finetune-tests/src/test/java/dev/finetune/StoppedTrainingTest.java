package dev.finetune;

import static dev.finetune.head.HeadLayers.globalAveragePooling;
import static dev.finetune.train.Adam.adam;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.finetune.backbone.Backbone;
import dev.finetune.data.ImageDataset;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.image.Augmentation;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import dev.finetune.image.Preprocessing;
import dev.finetune.testing.ChangedImages;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.BatchResult;
import dev.finetune.train.EpochResult;
import dev.finetune.train.Keep;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingObserver;
import dev.finetune.weights.RandomWeights;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Training that diverges or is interrupted ends at once and keeps all finished epochs. */
class StoppedTrainingTest {

  private static final int IMAGES = 12;
  private static final ChangedImages TRAIN = ChangedImages.of(new SyntheticImages(3, IMAGES, 8, 1));
  private static final ImageDataset VALID = new SyntheticImages(3, 6, 8, 2);
  private static final TrainOptions OPTIONS =
      TrainOptions.defaults().epochs(5).batch(4).optimizer(adam(1e-3));
  private static final Backbone BACKBONE = backbone();

  private static Backbone backbone() {
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Input(Shape.image(3, 8, 8)))
            .then("conv", new Conv2d(4, 3, 1, Padding.SAME, true, Activation.LINEAR))
            .build();
    InputSpec input = new InputSpec(8, 8, Preprocessing.NONE);
    return Backbone.of("small", input, graph, RandomWeights.glorot(graph, 1), "seed 1");
  }

  private static FineTunedModel train(ImageDataset train, TrainOptions options) {
    return FineTune.from(BACKBONE)
        .freezeNone()
        .head(globalAveragePooling())
        .train(train, VALID, options);
  }

  /** Returns a change of all images from the second epoch on: so bright that float32 overflows. */
  private static Augmentation glaringLater() {
    AtomicInteger changes = new AtomicInteger();
    return new Augmentation() {
      @Override
      public Pixels apply(Pixels image, RandomGenerator random) {
        if (changes.incrementAndGet() <= IMAGES) {
          return image;
        }
        float[] planes = new float[3 * 8 * 8];
        Arrays.fill(planes, 3e38f);
        return Pixels.ofPlanes(8, 8, planes);
      }

      @Override
      public String description() {
        return "glaring later";
      }
    };
  }

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  @Test
  void should_stop_at_the_first_loss_that_is_not_finite() {
    List<Integer> batches = new ArrayList<>();
    TrainingObserver observer =
        new TrainingObserver() {
          @Override
          public void batchEnded(BatchResult result) {
            assertThat(result.loss()).isFinite();
            batches.add(result.batch());
          }
        };

    TrainingDivergedException stopped =
        catchThrowableOfType(
            TrainingDivergedException.class,
            () -> train(TRAIN, OPTIONS.optimizer(adam(1e30)).observer(observer)));

    assertThat(stopped).isNotNull();
    assertThat(stopped.epoch()).isEqualTo(1);
    // The first step has the initial weights; its update makes them too large.
    assertThat(stopped.step()).isEqualTo(2);
    assertThat(batches).containsExactly(1);
    assertThat(stopped.loss()).isNotFinite();
    assertThat(stopped.learningRate()).isEqualTo(1e30);
    assertThat(stopped)
        .hasMessageContainingAll(
            "epoch 1, step 2", "adam, learning rate 1.0E30", "Lower the learning rate", "no model");
    assertThat(stopped.history().epochs()).isEmpty();
    assertThat(stopped.lastFinite()).isEmpty();
  }

  @Test
  void should_detect_a_loss_that_is_not_finite_in_validation() {
    TrainingDivergedException stopped =
        catchThrowableOfType(
            TrainingDivergedException.class,
            () -> train(TRAIN, OPTIONS.batch(IMAGES).optimizer(adam(1e30))));

    assertThat(stopped).hasMessageContaining("epoch 1, in validation");
    assertThat(stopped.step()).isZero();
    assertThat(stopped.lastFinite()).isEmpty();
  }

  @Test
  void should_keep_the_model_of_the_last_finite_epoch() {
    FineTunedModel oneEpoch = train(TRAIN, OPTIONS.epochs(1));

    TrainingDivergedException stopped =
        catchThrowableOfType(
            TrainingDivergedException.class,
            () -> train(TRAIN, OPTIONS.augment(glaringLater(), 1)));

    assertThat(stopped).hasMessageContainingAll("epoch 2, step 1", "the finished epochs (1)");
    assertThat(stopped.history().epochs()).extracting(EpochResult::epoch).containsExactly(1);
    FineTunedModel last = stopped.lastFinite(FineTunedModel.class).orElseThrow();
    assertThat(last.weights().tensors()).isEqualTo(oneEpoch.weights().tensors());
    assertThat(last.history()).isEqualTo(stopped.history());
    assertThat(last.evaluate(VALID).loss()).isFinite();
  }

  @Test
  void should_keep_the_best_model_with_keep_best() {
    TrainOptions best = OPTIONS.keep(Keep.BEST);
    FineTunedModel oneEpoch = train(TRAIN, best.epochs(1));

    TrainingDivergedException stopped =
        catchThrowableOfType(
            TrainingDivergedException.class, () -> train(TRAIN, best.augment(glaringLater(), 1)));

    assertThat(stopped.lastFinite().orElseThrow().weights().tensors())
        .isEqualTo(oneEpoch.weights().tensors());
  }

  @Test
  void should_stop_between_two_steps_when_interrupted() {
    FineTunedModel oneEpoch = train(TRAIN, OPTIONS.epochs(1));
    TrainingObserver interrupting =
        new TrainingObserver() {
          @Override
          public void batchEnded(BatchResult result) {
            if (result.epoch() == 2 && result.batch() == 1) {
              Thread.currentThread().interrupt();
            }
          }
        };

    TrainingInterruptedException stopped =
        catchThrowableOfType(
            TrainingInterruptedException.class, () -> train(TRAIN, OPTIONS.observer(interrupting)));

    assertThat(stopped).hasMessageContainingAll("interrupted in epoch 2", "lastFinite()");
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
    assertThat(stopped.step()).isEqualTo(2);
    assertThat(stopped.history().epochs()).hasSize(1);
    assertThat(stopped.lastFinite().orElseThrow().weights().tensors())
        .isEqualTo(oneEpoch.weights().tensors());
  }

  @Test
  void should_not_begin_when_interrupted() {
    AtomicInteger loads = new AtomicInteger();
    ImageDataset counted =
        TRAIN.loader(
            index -> {
              loads.incrementAndGet();
              return TRAIN.images().load(index);
            });
    Thread.currentThread().interrupt();

    TrainingInterruptedException stopped =
        catchThrowableOfType(TrainingInterruptedException.class, () -> train(counted, OPTIONS));

    assertThat(stopped).hasMessageContaining("before the first epoch");
    assertThat(stopped.epoch()).isZero();
    assertThat(stopped.lastFinite()).isEmpty();
    assertThat(loads).hasValue(0);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void should_stop_while_the_stem_is_computed() {
    TrainingObserver interrupting =
        new TrainingObserver() {
          @Override
          public void stemProgress(int done, int total) {
            Thread.currentThread().interrupt();
          }
        };

    TrainingInterruptedException stopped =
        catchThrowableOfType(
            TrainingInterruptedException.class,
            () -> FineTune.from(BACKBONE).train(TRAIN, VALID, OPTIONS.observer(interrupting)));

    assertThat(stopped.history().epochs()).isEmpty();
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void should_not_report_an_image_closed_by_an_interrupt_as_damaged() {
    ImageDataset closed =
        TRAIN.loader(
            index -> {
              throw new ClosedByInterruptException();
            });

    TrainingInterruptedException stopped =
        catchThrowableOfType(TrainingInterruptedException.class, () -> train(closed, OPTIONS));

    assertThat(stopped).hasRootCauseInstanceOf(ClosedByInterruptException.class);
  }
}
