package dev.finetune.internal.training;

import java.io.IOException;
import java.nio.FloatBuffer;

/** What the tail reads for each image: one buffer of values per tensor that crosses the cut. */
interface Examples extends AutoCloseable {

  /** How many images there are. */
  int size();

  /**
   * Returns the examples of these images, in that order, from a place on.
   *
   * @param from the place of the first; those before it are skipped, and what they draw is drawn
   * @param seed draws what is random in them, such as which of an image's variants it is
   */
  Cursor open(int[] order, int from, long seed);

  @Override
  void close() throws IOException;

  /** Examples one after another. */
  interface Cursor extends AutoCloseable {
    FloatBuffer[] next();

    @Override
    void close();
  }
}
