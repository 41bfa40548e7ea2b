package dev.finetune.internal.natives;

import com.sun.jna.Native;

/**
 * GCC's OpenMP library. The name below is its soname, so the linker returns the copy that the other
 * native libraries of this process have loaded.
 */
final class Gomp {

  static {
    Native.register(Gomp.class, "libgomp.so.1");
  }

  private Gomp() {}

  /**
   * Sets the number of threads of the parallel regions that the calling thread starts from now on.
   */
  static native void omp_set_num_threads(int threads);

  /** Returns the number of threads of the parallel regions that the calling thread starts. */
  static native int omp_get_max_threads();
}
