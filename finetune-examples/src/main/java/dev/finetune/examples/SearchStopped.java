package dev.finetune.examples;

/** Thrown if a signal ends the trials of a recipe: there is nothing to train with yet. */
final class SearchStopped extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /**
   * Creates the error.
   *
   * @param exitCode the exit code of the signal
   */
  SearchStopped(int exitCode) {
    super("Stopped in the search for the best settings. There is no model");
    this.exitCode = exitCode;
  }

  /** Returns the exit code of the process. */
  int exitCode() {
    return exitCode;
  }
}
