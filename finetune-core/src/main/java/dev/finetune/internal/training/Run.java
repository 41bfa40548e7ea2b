package dev.finetune.internal.training;

import java.util.Optional;
import java.util.function.Supplier;

/** What the phases of a training run share: results, time, observers and checkpoints. */
final class Run {

  private final TrainingJob job;
  private final Course course;
  private final Clock clock;
  private final Observers observers;
  private final Optional<CheckpointFolder> checkpoints;
  private final RunImages images;
  private double finishSeconds;

  /**
   * Creates the shared part of a run.
   *
   * @param observers the observers that learn of the run
   * @param checkpoints the folder of checkpoints; empty if none are written
   * @param images the images of all phases
   */
  Run(
      TrainingJob job,
      Course course,
      Clock clock,
      Observers observers,
      Optional<CheckpointFolder> checkpoints,
      RunImages images) {
    this.job = job;
    this.course = course;
    this.clock = clock;
    this.observers = observers;
    this.checkpoints = checkpoints;
    this.images = images;
  }

  TrainingJob job() {
    return job;
  }

  Course course() {
    return course;
  }

  Clock clock() {
    return clock;
  }

  Observers observers() {
    return observers;
  }

  RunImages images() {
    return images;
  }

  /** Returns whether early stopping ends the run after the epochs so far. */
  boolean ended() {
    return job.options().earlyStopping().filter(rule -> rule.stops(course.history())).isPresent();
  }

  /** Returns the seconds that the last epoch took after its steps; 0 before the first epoch. */
  double finishSeconds() {
    return finishSeconds;
  }

  /** Sets the seconds that an epoch took after its steps. */
  void finishTook(double seconds) {
    finishSeconds = seconds;
  }

  /** Writes a state if the run has checkpoints. */
  void checkpoint(Supplier<TrainingState> state) {
    checkpoints.ifPresent(folder -> folder.write(state.get()));
  }

  /** Writes a state if the run has checkpoints and the last one is old. */
  void checkpointIfDue(Supplier<TrainingState> state) {
    checkpoints.filter(CheckpointFolder::due).ifPresent(folder -> folder.write(state.get()));
  }

  /** Writes the model of the last epoch, which is the best, if the run has checkpoints. */
  void writeBest() {
    checkpoints.ifPresent(folder -> folder.writeBest(course.trained().orElseThrow()));
  }
}
