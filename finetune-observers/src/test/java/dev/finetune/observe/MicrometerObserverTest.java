package dev.finetune.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

import dev.finetune.train.EpochResult;
import dev.finetune.train.History;
import dev.finetune.train.Score;
import dev.finetune.train.TrainingEnd;
import dev.finetune.train.TrainingStart;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MicrometerObserverTest {

  private static final String LOSS = "finetune.training.loss";

  private final MeterRegistry registry = new SimpleMeterRegistry();

  private double gauge(String name, String... tags) {
    return registry.get("finetune.training." + name).tags(tags).gauge().value();
  }

  @Test
  void should_have_the_values_of_the_last_epoch() {
    Results.train(MicrometerObserver.of(registry));

    assertThat(gauge("loss", "images", "train")).isEqualTo(0.7);
    assertThat(gauge("loss", "images", "valid")).isNaN();
    assertThat(gauge("score", "images", "train")).isEqualTo(0.75);
    assertThat(gauge("score", "images", "valid")).isEqualTo(0.6);
    assertThat(gauge("speed")).isEqualTo(121.5);
    assertThat(gauge("metric", "metric", "größe")).isEqualTo(-0.0);
    assertThat(gauge("progress")).isEqualTo(1);
  }

  @Test
  void should_add_up_epochs_images_and_times_of_all_trainings() {
    MicrometerObserver observer = MicrometerObserver.of(registry);
    Results.train(observer);
    Results.train(observer);

    assertThat(registry.get("finetune.training.epoch").timer().count()).isEqualTo(4);
    assertThat(registry.get("finetune.training.epoch").timer().totalTime(TimeUnit.SECONDS))
        .isEqualTo(12.5);
    assertThat(registry.get("finetune.training.wait").timer().totalTime(TimeUnit.SECONDS))
        .isEqualTo(0.25);
    assertThat(registry.get("finetune.training.images").counter().count()).isEqualTo(48);
  }

  @Test
  void should_show_progress_and_no_values_before_the_first_epoch() {
    MicrometerObserver observer = MicrometerObserver.of(registry);
    observer.trainingStarted(Results.start(12, 6, 2));
    assertThat(gauge("progress")).isZero();
    observer.batchEnded(Results.step(1, 2, 1.5));

    assertThat(gauge("progress")).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(gauge("loss", "images", "train")).isNaN();
    observer.batchEnded(Results.step(2, 1, 1.5));
    assertThat(gauge("progress")).isCloseTo(2.0 / 3, within(1e-12));
  }

  @Test
  void should_begin_with_the_progress_of_a_training_that_resumes() {
    MicrometerObserver.of(registry).trainingStarted(new TrainingStart(12, 6, 4, 1, Score.ACCURACY));

    assertThat(gauge("progress")).isEqualTo(0.25);
  }

  @Test
  void should_count_trainings_by_outcome() {
    MicrometerObserver observer = MicrometerObserver.of(registry);
    Results.train(observer);
    observer.trainingEnded(new History(List.of(), 0));
    Results.train(observer);
    observer.trainingEnded(new History(List.of(), 0, Score.ACCURACY, TrainingEnd.NO_IMPROVEMENT));
    Results.train(observer);
    observer.trainingFailed(new IllegalStateException("diverged"));

    assertThat(registry.get("finetune.training.runs").counters())
        .extracting(counter -> counter.getId().getTag("outcome") + " " + counter.count())
        .containsExactlyInAnyOrder("completed 1.0", "no_improvement 1.0", "failed 1.0");
  }

  @Test
  void should_replace_the_gauges_of_an_earlier_observer() {
    registry.config().commonTags("host", "a");
    Results.train(MicrometerObserver.of(registry));
    MicrometerObserver second = MicrometerObserver.of(registry);
    second.trainingStarted(Results.start(12, 6, 2));
    assertThat(gauge("loss", "images", "train")).isNaN();
    second.epochEnded(Results.FIRST);

    assertThat(gauge("loss", "images", "train")).isEqualTo(1.25);
    assertThat(registry.get(LOSS).gauges()).hasSize(2);
  }

  @Test
  void should_keep_trainings_with_different_tags_apart() {
    MicrometerObserver a = MicrometerObserver.of(registry, Tags.of("run", "a"));
    MicrometerObserver b = MicrometerObserver.of(registry, Tags.of("run", "b"));
    a.trainingStarted(Results.start(12, 6, 2));
    b.trainingStarted(Results.start(10, 6, 2));
    a.epochEnded(Results.FIRST);
    b.epochEnded(Results.SECOND);

    assertThat(gauge("loss", "run", "a", "images", "train")).isEqualTo(1.25);
    assertThat(gauge("loss", "run", "b", "images", "train")).isEqualTo(0.7);
    assertThat(registry.get("finetune.training.images").tag("run", "b").counter().count())
        .isEqualTo(10);
    assertThat(registry.getMeters())
        .allSatisfy(meter -> assertThat(meter.getId().getTag("run")).isNotNull());
  }

  @Test
  void should_keep_no_reference_to_the_training_in_the_registry() {
    WeakReference<MicrometerObserver> observer = trained();

    for (int i = 0; i < 100 && observer.get() != null; i++) {
      System.gc();
    }

    assertThat(observer.get()).isNull();
    assertThat(gauge("loss", "images", "train")).isEqualTo(2);
  }

  private WeakReference<MicrometerObserver> trained() {
    MicrometerObserver observer = MicrometerObserver.of(registry);
    observer.trainingStarted(Results.start(12, 6, 2));
    observer.epochEnded(new EpochResult(1, 2, 0, 0, 0, 0, 0, 0, Map.of()));
    return new WeakReference<>(observer);
  }

  @Test
  @SuppressWarnings("NullAway") // the subject
  void should_refuse_null() {
    assertThatNullPointerException()
        .isThrownBy(() -> MicrometerObserver.of(null))
        .withMessage("registry must not be null");
    assertThatNullPointerException()
        .isThrownBy(() -> MicrometerObserver.of(registry, null))
        .withMessage("tags must not be null");
  }
}
