package dev.finetune.internal.training;

import java.io.IOException;
import java.nio.FloatBuffer;

/** What the tail reads for each image: one buffer of values per tensor that crosses the cut. */
interface Examples extends AutoCloseable {

  /** How many images there are. */
  int size();

  /**
   * The examples of these images, in that order.
   *
   * @param seed draws what is random in them, such as which of an image's variants it is
   */
  Cursor open(int[] order, long seed);

  @Override
  void close() throws IOException;

  /** Examples one after another. */
  interface Cursor extends AutoCloseable {
    FloatBuffer[] next();

    @Override
    void close();
  }
}
