package dev.finetune;

import static dev.finetune.SmallTraining.OPTIONS;
import static dev.finetune.SmallTraining.train;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.finetune.train.Adam;
import dev.finetune.train.BatchResult;
import dev.finetune.train.EarlyStopping;
import dev.finetune.train.EpochResult;
import dev.finetune.train.History;
import dev.finetune.train.Keep;
import dev.finetune.train.Score;
import dev.finetune.train.StopSignal;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingEnd;
import dev.finetune.train.TrainingObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A training ends early by its results, its time, a signal or a failure, with its best model. */
class EndOfTrainingTest {

  private static EpochResult epoch(int number, double score, double loss) {
    return new EpochResult(number, 1, 0, loss, score, 1, 1, 0, Map.of());
  }

  private static History scores(double... scores) {
    List<EpochResult> epochs = new ArrayList<>();
    for (double score : scores) {
      epochs.add(epoch(epochs.size() + 1, score, 1 - score));
    }
    return new History(epochs, 0);
  }

  @Test
  void stops_after_epochs_in_a_row_without_improvement() {
    EarlyStopping rule = EarlyStopping.patience(2);

    assertThat(rule.stops(scores())).isFalse();
    assertThat(rule.stops(scores(0.5, 0.5))).isFalse();
    assertThat(rule.stops(scores(0.5, 0.5, 0.5))).isTrue();
    assertThat(rule.stops(scores(0.5, 0.4, 0.6, 0.6))).isFalse();
    assertThat(rule.stops(scores(0.5, 0.4, 0.6, 0.6, 0.5))).isTrue();
    assertThat(rule.minDelta(0.2).stops(scores(0.5, 0.6, 0.65))).isTrue();
    assertThat(rule.monitor(EarlyStopping.Monitor.LOSS).stops(scores(0.5, 0.6, 0.65))).isFalse();
  }

  /** The scores of the first three epochs are of smaller images. */
  @Test
  void compares_epochs_with_images_of_the_same_size() {
    List<EpochResult> epochs = scores(0.9, 0.8, 0.8, 0.4, 0.7, 0.6).epochs();

    History growing = new History(epochs, 0, Score.ACCURACY, TrainingEnd.COMPLETED, 4);

    assertThat(growing.comparable()).isEqualTo(epochs.subList(3, 6));
    assertThat(growing.best().epoch()).isEqualTo(5);
    assertThat(growing.kept(Keep.BEST).epoch()).isEqualTo(5);
    assertThat(EarlyStopping.patience(1).stops(growing)).isTrue();
    assertThat(EarlyStopping.patience(2).stops(growing)).isFalse();
    assertThat(EarlyStopping.patience(5).stops(new History(epochs, 0))).isTrue();
    assertThatThrownBy(() -> new History(epochs, 0, Score.ACCURACY, TrainingEnd.COMPLETED, 7))
        .hasMessage("comparableFrom must be from 1 to the number of epochs, 6, got 7");
  }

  @Test
  void returns_the_best_model_when_results_no_longer_improve() {
    FineTunedModel model =
        train(
            OPTIONS
                .epochs(50)
                .optimizer(Adam.adam(1e-9)) // nothing improves
                .earlyStopping(EarlyStopping.patience(3)));

    assertThat(model.history().epochs()).hasSize(4);
    assertThat(model.history().end()).isEqualTo(TrainingEnd.NO_IMPROVEMENT);
    assertThat(model.evaluate(SmallTraining.VALID).accuracy())
        .isEqualTo(model.history().best().validScore());
  }

  /** Requests the end after a number of steps. */
  private static TrainOptions stopAfter(int steps, StopSignal signal) {
    return OPTIONS
        .stopSignal(signal)
        .observer(
            new TrainingObserver() {
              private int taken;

              @Override
              public void batchEnded(BatchResult result) {
                if (++taken == steps) {
                  signal.request();
                }
              }
            });
  }

  @Test
  void drops_an_unfinished_epoch_when_its_end_is_requested() {
    FineTunedModel stopped = train(stopAfter(10, new StopSignal()));

    assertThat(stopped.history().end()).isEqualTo(TrainingEnd.REQUESTED);
    assertThat(stopped.history().epochs()).hasSize(2);
    assertThat(stopped.weights().tensors()).isEqualTo(train(OPTIONS.epochs(2)).weights().tensors());
  }

  @Test
  void validates_an_unfinished_first_epoch_when_its_end_is_requested() {
    FineTunedModel stopped = train(stopAfter(2, new StopSignal()));

    assertThat(stopped.history().end()).isEqualTo(TrainingEnd.REQUESTED);
    assertThat(stopped.history().epochs()).hasSize(1);
    assertThat(stopped.evaluate(SmallTraining.VALID).accuracy())
        .isEqualTo(stopped.history().last().validScore());
  }

  @Test
  void has_no_model_when_it_ends_before_its_first_step() {
    StopSignal requested = new StopSignal();
    requested.request();

    for (TrainOptions options : List.of(OPTIONS.stopSignal(requested), OPTIONS.minutes(1e-9))) {
      TrainingInterruptedException e =
          catchThrowableOfType(TrainingInterruptedException.class, () -> train(options));
      assertThat(e)
          .hasMessage(
              "The training must have time for a step before it ends, but the time limit or the stop"
                  + " signal ended it before. There is no model");
      assertThat(e.lastFinite()).isEmpty();
    }
  }

  /** A training of a million epochs that ends at all has obeyed its limit. */
  @Test
  void ends_at_its_time_limit() {
    FineTunedModel model = train(OPTIONS.epochs(1_000_000).minutes(0.01));

    assertThat(model.history().end()).isEqualTo(TrainingEnd.TIME);
    assertThat(model.history().totalSeconds()).isLessThan(0.6);
  }

  @Test
  void names_the_observer_that_throws_and_keeps_the_model_of_the_finished_epochs() {
    class Broken implements TrainingObserver {
      private RuntimeException failed = new IllegalStateException("not called");

      @Override
      public void epochEnded(EpochResult result) {
        if (result.epoch() == 3) {
          throw new UnsupportedOperationException("disk on fire");
        }
      }

      @Override
      public void trainingFailed(RuntimeException cause) {
        failed = cause;
      }
    }
    Broken broken = new Broken();

    TrainingFailedException e =
        catchThrowableOfType(TrainingFailedException.class, () -> train(OPTIONS.observer(broken)));

    assertThat(e)
        .hasMessage(
            "An observer must not throw; epochEnded of "
                + Broken.class.getName()
                + " threw java.lang.UnsupportedOperationException: disk on fire (lastFinite() returns"
                + " the model of the finished epochs: 3)")
        .hasRootCauseInstanceOf(UnsupportedOperationException.class);
    assertThat(e.lastFinite().orElseThrow().history().epochs()).hasSize(3);
    assertThat(broken.failed).isSameAs(e);
  }

  @Test
  void refuses_settings_outside_their_range() {
    assertThatThrownBy(() -> EarlyStopping.patience(0)).hasMessage("patience must be >= 1, got 0");
    assertThatThrownBy(() -> EarlyStopping.patience(1).minDelta(-1))
        .hasMessage("minDelta must be >= 0 and finite, got -1.0");
    assertThatThrownBy(() -> OPTIONS.minutes(Double.NaN))
        .hasMessage("minutes must be > 0 and finite, got NaN");
    assertThatThrownBy(() -> OPTIONS.clip(0)).hasMessage("clip must be > 0, got 0.0");
    assertThatThrownBy(() -> OPTIONS.accumulate(0)).hasMessage("accumulate must be >= 1, got 0");
    assertThatThrownBy(() -> OPTIONS.average(1)).hasMessage("average must be in (0, 1), got 1.0");
  }
}
