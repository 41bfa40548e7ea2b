package dev.finetune.data;

import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import org.jspecify.annotations.Nullable;

/** Tells a thread that was interrupted from a file that is damaged. */
public final class Interruption {

  static final String MESSAGE = "The thread was interrupted while it read an image";

  private Interruption() {}

  /** Whether something failed because {@code Thread.interrupt()} was called, and not by itself. */
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
