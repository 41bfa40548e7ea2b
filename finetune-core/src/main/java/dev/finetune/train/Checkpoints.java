package dev.finetune.train;

import static com.google.common.base.Preconditions.checkNotNull;

import java.nio.file.Path;

/**
 * A folder with the checkpoints of a training.
 *
 * <p>It has {@code state.zip}, the complete state after the last finished epoch or a later step,
 * and {@code best.zip}, the model of the best epoch so far. Both are replaced as a whole, so a
 * killed process leaves the previous ones. The file {@code lock} keeps other trainings away. The
 * state is written after each epoch, once a minute within long epochs, and when the training is
 * stopped. It needs about 4 times the memory of the trained parameters with Adam.
 *
 * @param folder the folder
 * @param resumes whether to continue from a checkpoint in the folder
 */
public record Checkpoints(Path folder, boolean resumes) {

  /**
   * Creates the description of a folder.
   *
   * @param folder the folder
   * @param resumes whether to continue from a checkpoint in the folder
   */
  public Checkpoints {
    checkNotNull(folder, "The folder of checkpoints must not be null");
  }

  /**
   * {@return checkpoints of a new training}
   *
   * @param folder the folder
   */
  static Checkpoints at(Path folder) {
    return new Checkpoints(folder, false);
  }

  /**
   * {@return checkpoints of a training that continues}
   *
   * @param folder the folder
   */
  static Checkpoints resume(Path folder) {
    return new Checkpoints(folder, true);
  }

  /** {@return the file with the state} */
  public Path state() {
    return folder.resolve("state.zip");
  }

  /** {@return the file with the model of the best epoch} */
  public Path best() {
    return folder.resolve("best.zip");
  }

  @Override
  public String toString() {
    return (resumes ? "resume(" : "checkpointAt(") + folder + ")";
  }
}
