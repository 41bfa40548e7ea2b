package dev.finetune.internal.natives;

import com.sun.jna.Native;
import com.sun.jna.Platform;

/** The environment of this process as native libraries see it; Java's is a copy from its start. */
final class CLibrary {

  static {
    Native.register(CLibrary.class, Platform.C_LIBRARY_NAME);
  }

  private CLibrary() {}

  /** Sets a variable; returns 0 if that was possible. */
  static native int setenv(String name, String value, int overwrite);

  /** Returns the value of a variable, null if there is none. */
  static native String getenv(String name);
}
