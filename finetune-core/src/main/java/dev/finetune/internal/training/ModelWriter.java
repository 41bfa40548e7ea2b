package dev.finetune.internal.training;

import dev.finetune.train.History;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;

/** Writes the model of a training run. */
@FunctionalInterface
public interface ModelWriter {

  /** Writes no model. */
  ModelWriter NONE = (file, weights, history) -> {};

  /**
   * Writes a model. The file appears complete or not at all.
   *
   * @param weights the weights of all layers
   * @param history the finished epochs
   * @throws IOException if the file cannot be written; the message names it
   */
  void write(Path file, Weights weights, History history) throws IOException;
}
