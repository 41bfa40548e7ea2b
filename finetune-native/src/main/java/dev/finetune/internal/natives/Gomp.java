package dev.finetune.internal.natives;

import com.sun.jna.Native;

/** GCC's OpenMP library: the copy that the natives here have loaded, found by its own name. */
final class Gomp {

  static {
    Native.register(Gomp.class, "libgomp.so.1");
  }

  private Gomp() {}

  /** Sets how many threads compute what this thread starts from now on. */
  static native void omp_set_num_threads(int threads);

  /** Returns how many threads compute what this thread starts. */
  static native int omp_get_max_threads();
}
