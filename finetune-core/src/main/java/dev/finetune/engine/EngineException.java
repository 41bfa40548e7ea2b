package dev.finetune.engine;

/** Thrown if no engine can compute what was requested. The message names what to add or change. */
public final class EngineException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what is required and what was found
   */
  public EngineException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what is required and what was found
   * @param cause the failure that led to this exception
   */
  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
