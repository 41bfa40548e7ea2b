package dev.finetune.train;

/** The reason why a training ended. */
public enum TrainingEnd {
  /** All epochs are finished. */
  COMPLETED("all epochs are finished"),
  /** {@link TrainOptions#earlyStopping} ended it. */
  NO_IMPROVEMENT("the validation results no longer improved"),
  /** {@link TrainOptions#minutes} ended it. */
  TIME("the time limit was reached"),
  /** {@link TrainOptions#stopSignal} ended it. */
  REQUESTED("the end was requested");

  private final String reason;

  TrainingEnd(String reason) {
    this.reason = reason;
  }

  /** {@return the reason for people} */
  public String reason() {
    return reason;
  }
}
