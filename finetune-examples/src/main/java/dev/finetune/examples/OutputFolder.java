package dev.finetune.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.TrainedModel;
import java.awt.image.RenderedImage;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;

/**
 * The folder of a training's results. The model is written last, so a folder with a model is
 * complete. Checkpoints are in a folder inside it while the training is not finished.
 */
final class OutputFolder {

  static final String MODEL = "model.zip";
  static final String REPORT = "report.json";

  /** The model of the finished epochs of a training that failed. */
  static final String LAST_GOOD = "last-good.zip";

  /** The model of the finished epochs of a training that was interrupted. */
  static final String SO_FAR = "model-so-far.zip";

  private final Path directory;

  /** The temporary files of models, whose names end with a random number. */
  private static final String HALF_WRITTEN = "{model,last-good,model-so-far}.zip.*.tmp";

  private OutputFolder(Path directory) {
    this.directory = directory;
  }

  /** Returns the folder of an option. Nothing is created. */
  static OutputFolder of(Path directory) throws IOException {
    return new OutputFolder(PathChecks.outputDirectory("--out", directory));
  }

  @Override
  public String toString() {
    return directory.toString();
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  /** Returns the folder of checkpoints. */
  Path checkpoint() {
    return file("checkpoint");
  }

  /** Returns whether there is a checkpoint to resume from. */
  boolean resumable() {
    return Files.exists(checkpoint().resolve("state.zip"));
  }

  /** Returns the report of a finished training; empty if the folder has no model. */
  Optional<JsonNode> finished() throws IOException {
    return Files.exists(file(MODEL))
        ? Optional.of(new ObjectMapper().readTree(Files.readString(file(REPORT))))
        : Optional.empty();
  }

  /**
   * Checks that a new training replaces nothing.
   *
   * @throws IOException if the folder has a model or a checkpoint
   */
  void requireUnused() throws IOException {
    if (Files.exists(file(MODEL))) {
      throw new IOException(
          "--out must be a directory without a model, and "
              + file(MODEL)
              + " exists: name another directory, or delete the file");
    }
    if (resumable()) {
      throw new IOException(
          "--out must be a directory without an unfinished training, and "
              + checkpoint()
              + " has one: add "
              + ControlOptions.RESUME
              + " to continue it, or delete that directory");
    }
  }

  void create() throws IOException {
    Files.createDirectories(directory);
  }

  void text(String name, String text) throws IOException {
    AtomicOutput.text(file(name), text);
  }

  void report(ObjectNode report) throws IOException {
    text(REPORT, report.toPrettyString() + "\n");
  }

  void png(String name, RenderedImage picture) throws IOException {
    AtomicOutput.write(
        file(name),
        to -> {
          if (!ImageIO.write(picture, "png", to.toFile())) {
            throw new IOException(to + ": this Java runtime has no PNG writer");
          }
        });
  }

  /** Writes the model of a finished training, and deletes what only unfinished ones have. */
  void finish(TrainedModel model) throws IOException {
    model.save(file(MODEL));
    deleteUnfinished();
  }

  /** Deletes what only unfinished trainings have. */
  void deleteUnfinished() throws IOException {
    deleteCheckpoint();
    Files.deleteIfExists(file(LAST_GOOD));
    Files.deleteIfExists(file(SO_FAR));
    deleteHalfWritten();
  }

  /** Deletes what a process left that was killed while it wrote a model. */
  private void deleteHalfWritten() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, HALF_WRITTEN)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  void deleteCheckpoint() throws IOException {
    if (Files.isDirectory(checkpoint())) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(checkpoint())) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
      Files.delete(checkpoint());
    }
  }

  /** Deletes what a training left that was refused before its first checkpoint. */
  void deleteIfUnused() throws IOException {
    if (!resumable()) {
      deleteCheckpoint();
    }
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
        if (files.iterator().hasNext()) {
          return;
        }
      }
      Files.delete(directory);
    }
  }
}
