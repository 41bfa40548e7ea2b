package dev.finetune.train;

/** Told of progress on the training thread; what it throws ends the training. */
public interface TrainingObserver {

  /** Before anything is computed. */
  default void trainingStarted(int trainImages, int validImages, int epochs) {}

  /**
   * Called once, before the first computation, with the memory that the training needs. A training
   * that has less is refused before this.
   */
  default void memoryEstimated(MemoryEstimate estimate) {}

  /**
   * Called while the frozen stem is computed, after each batch.
   *
   * @param done examples that were computed
   * @param total all examples; those whose features are stored already are not computed
   */
  default void stemProgress(int done, int total) {}

  /** After each step. */
  default void batchEnded(BatchResult result) {}

  /** After each epoch and its validation. */
  default void epochEnded(EpochResult result) {}

  /** After the last epoch. */
  default void trainingEnded(History history) {}
}
