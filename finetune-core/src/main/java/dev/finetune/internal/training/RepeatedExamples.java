package dev.finetune.internal.training;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * A few outputs of a stem, which stand for those of all images.
 *
 * @param features the values of some examples, by output of the stem
 * @param size the number of images that they stand for
 */
record RepeatedExamples(List<float[][]> features, int size) implements Examples {

  @Override
  public Cursor open(int[] order, int from, long seed) {
    return new Cursor() {
      private int at = from;

      @Override
      public FloatBuffer[] next() {
        float[][] outputs = features.get(order[at++] % features.size());
        FloatBuffer[] buffers = new FloatBuffer[outputs.length];
        for (int i = 0; i < buffers.length; i++) {
          buffers[i] = FloatBuffer.wrap(outputs[i]);
        }
        return buffers;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void close() {}
}
