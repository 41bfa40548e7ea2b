package dev.finetune.train;

/** Told of progress on the training thread; what it throws ends the training. */
public interface TrainingObserver {

  /** Before anything is computed. */
  default void trainingStarted(int trainImages, int validImages, int epochs) {}

  /**
   * What memory is expected to be needed; a training that has less is refused before this. Told
   * once, before the first computation. Whether the frozen stem has to be computed is known when
   * images were looked for in the feature cache.
   */
  default void memoryEstimated(MemoryEstimate estimate) {}

  /** While the frozen stem is computed, once per image; not told where features are stored. */
  default void stemProgress(int done, int total) {}

  /** After each step. */
  default void batchEnded(BatchResult result) {}

  /** After each epoch and its validation. */
  default void epochEnded(EpochResult result) {}

  /** After the last epoch. */
  default void trainingEnded(History history) {}
}
