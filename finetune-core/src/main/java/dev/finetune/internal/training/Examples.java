package dev.finetune.internal.training;

import dev.finetune.engine.Batch;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** The inputs of the tail for each image: one buffer of values per tensor that crosses the cut. */
interface Examples extends AutoCloseable {

  /** Returns the number of images. */
  int size();

  /**
   * Returns the examples of some images in order.
   *
   * @param order the indices of the images
   * @param from the position in {@code order} to start at. The random choices of the examples
   *     before it are made as if they were read.
   * @param seed the seed of all random choices, such as the variant of an image
   */
  Cursor open(int[] order, int from, long seed);

  @Override
  void close() throws IOException;

  /** A sequence of examples. */
  interface Cursor extends AutoCloseable {
    /** Returns the next example, one buffer per tensor that crosses the cut. */
    FloatBuffer[] next();

    /** Returns the next examples. */
    default Batch batch(int count) {
      List<FloatBuffer[]> batch = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        batch.add(next());
      }
      return new Batch(batch);
    }

    @Override
    void close();
  }
}
