package dev.finetune.data;

import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import org.jspecify.annotations.Nullable;

/** A test that distinguishes the interruption of a thread from a damaged file. */
public final class Interruption {

  static final String MESSAGE = "The thread was interrupted while reading an image";

  private Interruption() {}

  /**
   * {@return whether an exception, or a cause of it, comes from {@code Thread.interrupt()}}
   *
   * @param failure the exception; may be null
   */
  public static boolean caused(@Nullable Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof InterruptedException
          || at instanceof ClosedByInterruptException
          || at instanceof FileLockInterruptionException) {
        return true;
      }
    }
    return false;
  }
}
