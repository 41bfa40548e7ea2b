package dev.finetune.internal.training;

import dev.finetune.train.Checkpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Reads and writes the checkpoints of a training run. It locks the folder: two processes that write
 * to it would replace each other's states.
 */
final class CheckpointFolder implements AutoCloseable {

  private static final String LOCK = "lock";

  /** The time between two states within an epoch. */
  private static final double SECONDS = 60;

  private final Checkpoints files;
  private final FileChannel channel;
  private final ModelWriter models;
  private long written = System.nanoTime();

  private CheckpointFolder(Checkpoints files, FileChannel channel, ModelWriter models) {
    this.files = files;
    this.channel = channel;
    this.models = models;
  }

  /**
   * Opens and locks the folder. Creates it if it does not exist, and deletes what a killed process
   * left unfinished.
   *
   * @throws IllegalStateException if another training uses the folder, or it has a checkpoint and
   *     the run does not resume
   */
  static CheckpointFolder open(Checkpoints files, ModelWriter models) throws IOException {
    Files.createDirectories(files.folder());
    FileChannel channel =
        FileChannel.open(
            files.folder().resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      requireLock(channel, files.folder());
      deleteUnfinished(files.folder());
      if (!files.resumes() && Files.exists(files.state())) {
        throw new IllegalStateException(
            "A new training must not replace a checkpoint, got "
                + files.state()
                + ": call resume(folder) to continue that training, or delete the file");
      }
      return new CheckpointFolder(files, channel, models);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void requireLock(FileChannel channel, Path folder) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null; // held by this process
    }
    if (lock == null) {
      throw new IllegalStateException(
          "A folder of checkpoints must be used by one training at a time, got " + folder);
    }
  }

  private static void deleteUnfinished(Path folder) throws IOException {
    try (DirectoryStream<Path> unfinished =
        Files.newDirectoryStream(folder, "{state,best}.zip.*.tmp")) {
      for (Path file : unfinished) {
        Files.delete(file);
      }
    }
  }

  /** Reads the state; empty if there is none. */
  Optional<TrainingState> state() throws IOException {
    return Files.exists(files.state())
        ? Optional.of(TrainingStateFile.read(files.state()))
        : Optional.empty();
  }

  /** Returns whether it is time for a state within an epoch. */
  boolean due() {
    return Trainer.secondsSince(written) >= SECONDS;
  }

  /** Replaces the state. */
  void write(TrainingState state) {
    try {
      TrainingStateFile.write(state, files.state());
    } catch (IOException e) {
      throw failed(e);
    }
    written = System.nanoTime();
  }

  /** Replaces the model of the best epoch. */
  void writeBest(Trainer.Result best) {
    try {
      models.write(files.best(), best);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private UncheckedIOException failed(IOException e) {
    return new UncheckedIOException(
        "A checkpoint must be writable, got " + e.getMessage() + ". The last one is unchanged", e);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
