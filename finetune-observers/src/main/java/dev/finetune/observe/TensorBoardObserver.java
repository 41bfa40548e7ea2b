package dev.finetune.observe;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.train.BatchResult;
import dev.finetune.train.EpochResult;
import dev.finetune.train.TrainingObserver;
import dev.finetune.train.TrainingStart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An observer that writes curves for TensorBoard. {@code tensorboard --logdir FOLDER} shows them,
 * also while the training runs.
 *
 * <p>By epoch, from 1: {@code loss/train} and {@code loss/valid}, {@code score/train} and {@code
 * score/valid}, {@code speed/images_per_second}, {@code speed/seconds} and {@code
 * speed/wait_seconds}, and {@code metric/NAME} for each of the application's metrics. By step,
 * counted from 1 over all epochs: {@code step/loss}, the mean loss over the epoch so far.
 *
 * <p>Each training has its own folder, which is its run in TensorBoard. A training that resumes
 * continues the curves of its folder in another file; TensorBoard drops the steps of the earlier
 * file that are repeated. Each event is in the file before training continues, so a training that
 * fails or is killed leaves all events so far.
 */
public final class TensorBoardObserver implements TrainingObserver {

  private final Path folder;
  private final int everySteps;
  private final InstantSource clock;

  /** The file of this training; null before the first. */
  private @Nullable EventFile file;

  private boolean stepped;

  private TensorBoardObserver(Path folder, int everySteps, InstantSource clock) {
    this.folder = folder;
    this.everySteps = everySteps;
    this.clock = clock;
  }

  /**
   * {@return an observer that writes each epoch and each step to a new file in a folder}
   *
   * @param folder the folder of the run; it and missing parents are created when the training
   *     starts
   * @throws IllegalArgumentException if the path is a file, is below a file, or is not on the
   *     default file system
   */
  public static TensorBoardObserver at(Path folder) {
    return at(folder, InstantSource.system());
  }

  /** {@return an observer with times from a clock} */
  static TensorBoardObserver at(Path folder, InstantSource clock) {
    AppendedFile.requireCreatable("folder", folder);
    checkArgument(
        !Files.exists(folder) || Files.isDirectory(folder),
        "folder must be a directory, got the file %s",
        folder);
    return new TensorBoardObserver(folder, 1, clock);
  }

  /**
   * {@return a copy that writes fewer steps}
   *
   * @param steps the distance of written steps, at least 1: 10 writes the steps 10, 20, 30 and so
   *     on
   * @throws IllegalArgumentException if {@code steps} is less than 1
   */
  public TensorBoardObserver everySteps(int steps) {
    checkArgument(steps >= 1, "everySteps must be >= 1, got %s", steps);
    return new TensorBoardObserver(folder, steps, clock);
  }

  /**
   * {@inheritDoc}
   *
   * @throws java.io.UncheckedIOException if a file cannot be created in the folder
   */
  @Override
  public void trainingStarted(TrainingStart start) {
    file = EventFile.create(folder, clock);
    stepped = false;
  }

  /**
   * {@inheritDoc}
   *
   * @throws java.io.UncheckedIOException if the file cannot be written
   */
  @Override
  public void batchEnded(BatchResult result) {
    long step = (result.epoch() - 1L) * result.batches() + result.batch();
    if (!stepped) {
      file().start(step);
      stepped = true;
    }
    if (step % everySteps == 0) {
      file().scalars(step, Map.of("step/loss", result.loss()));
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws java.io.UncheckedIOException if the file cannot be written
   */
  @Override
  public void epochEnded(EpochResult result) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss/train", result.trainLoss());
    values.put("loss/valid", result.validLoss());
    values.put("score/train", result.trainScore());
    values.put("score/valid", result.validScore());
    values.put("speed/images_per_second", result.imagesPerSecond());
    values.put("speed/seconds", result.seconds());
    values.put("speed/wait_seconds", result.waitSeconds());
    result.metrics().forEach((name, value) -> values.put("metric/" + name, value));
    file().scalars(result.epoch(), values);
  }

  private EventFile file() {
    if (file == null) {
      throw new IllegalStateException("trainingStarted must be called before other events");
    }
    return file;
  }
}
