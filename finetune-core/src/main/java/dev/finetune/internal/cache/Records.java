package dev.finetune.internal.cache;

import com.google.common.hash.HashCode;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Set;

/** The features of images. */
interface Records extends AutoCloseable {

  /** Returns the images with features. Safe to use from several threads. */
  Set<HashCode> images();

  /**
   * Returns the features of an image, one buffer per output.
   *
   * @throws IllegalStateException if there are none
   */
  FloatBuffer[] read(HashCode key);

  /** Finds what was appended since the last scan. */
  void scan() throws IOException;

  /** Appends the features of an image. They can be read after the next {@link #scan}. */
  void append(HashCode key, float[][] outputs) throws IOException;

  /** Releases the records. Buffers that were read stay valid. */
  @Override
  void close() throws IOException;
}
