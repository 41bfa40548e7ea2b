package dev.finetune.internal.training;

import java.io.IOException;
import java.nio.file.Path;

/** Writes the model of a training run. */
@FunctionalInterface
public interface ModelWriter {

  /** Writes no model. */
  ModelWriter NONE = (file, result) -> {};

  /**
   * Writes a model. The file appears complete or not at all.
   *
   * @throws IOException if the file cannot be written; the message names it
   */
  void write(Path file, Trainer.Result result) throws IOException;
}
