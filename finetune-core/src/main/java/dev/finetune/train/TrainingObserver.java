package dev.finetune.train;

import dev.finetune.weights.Weights;
import java.util.function.Supplier;

/**
 * A receiver of progress events on the training thread. An exception that it throws ends the
 * training with a {@link dev.finetune.TrainingFailedException}, which names the observer and has
 * the model of the finished epochs.
 */
public interface TrainingObserver {

  /**
   * Called first, before anything is computed.
   *
   * @param start the facts about the training
   */
  default void trainingStarted(TrainingStart start) {}

  /**
   * Called before the first computation of each phase, if the memory is sufficient. Otherwise the
   * training fails before this call.
   *
   * @param estimate the memory that the training needs
   */
  default void memoryEstimated(MemoryEstimate estimate) {}

  /**
   * Called after each batch while the frozen stem is computed.
   *
   * @param done the number of examples computed so far
   * @param total the number of all examples; those with stored features are not computed
   */
  default void stemProgress(int done, int total) {}

  /**
   * Called after each step.
   *
   * @param result the result of the step
   */
  default void batchEnded(BatchResult result) {}

  /**
   * Called after the validation of each epoch, before {@link #epochEnded}, with the weights that
   * were validated.
   *
   * @param result the result of the epoch
   * @param weights returns a copy of the weights of all layers; must not be called after this
   *     method returns
   */
  default void epochValidated(EpochResult result, Supplier<Weights> weights) {}

  /**
   * Called after each epoch and its validation.
   *
   * @param result the result of the epoch
   */
  default void epochEnded(EpochResult result) {}

  /**
   * Called after the last epoch.
   *
   * @param history the results of all epochs
   */
  default void trainingEnded(History history) {}

  /**
   * Called before each trial of a search that trains.
   *
   * @param start what is tried
   */
  default void trialStarted(TrialStart start) {}

  /**
   * Called for each trial of a search, at the end of its round. Trials come before {@link
   * #trainingStarted}, which is about the training with the chosen settings.
   *
   * @param trial what was tried, and what the search decided
   */
  default void trialEnded(Trial trial) {}

  /**
   * Called if the training fails or is interrupted, even before {@link #trainingStarted}. Then
   * {@link #trainingEnded} is not called.
   *
   * @param cause the exception that the caller of the training gets
   */
  default void trainingFailed(RuntimeException cause) {}
}
