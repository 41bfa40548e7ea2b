package dev.finetune.engine;

/** Thrown where no engine can compute what is asked for; the message says what to add. */
public final class EngineException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  /** Creates one with that message. */
  public EngineException(String message) {
    super(message);
  }

  /** Creates one with that message and cause. */
  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
