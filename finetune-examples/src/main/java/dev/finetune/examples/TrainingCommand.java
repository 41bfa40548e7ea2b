package dev.finetune.examples;

import java.io.IOException;
import java.util.Optional;

/** A command that trains one model. */
interface TrainingCommand {

  /**
   * Checks all arguments, reads the images and returns the training.
   *
   * @param folder the folder of the results; empty if none are written
   * @throws WrongCall if arguments do not fit together
   * @throws IOException if data or weights cannot be read, or a path cannot be used
   */
  TrainingRun<?, ?, ?> prepare(Optional<OutputFolder> folder) throws IOException;
}
