package dev.finetune.internal.natives;

import com.sun.jna.Native;
import com.sun.jna.Platform;

/**
 * The C library's view of this process's environment, which native libraries read. Java's {@link
 * System#getenv} is a copy made at start-up and does not show later changes.
 */
final class CLibrary {

  static {
    Native.register(CLibrary.class, Platform.C_LIBRARY_NAME);
  }

  private CLibrary() {}

  /** Sets an environment variable, and returns 0 on success; see setenv(3). */
  static native int setenv(String name, String value, int overwrite);

  /** Returns the value of an environment variable, or null if it is not set. */
  static native String getenv(String name);
}
