package dev.finetune.engine;

/**
 * A network that computes outputs. It is used by one thread at a time, not always the same one. It
 * owns native memory until it is closed; every method called after that throws {@link
 * IllegalStateException}, but for {@link #close}.
 */
public interface InferenceNetwork extends AutoCloseable {

  /**
   * Computes the outputs of the graph.
   *
   * @param batch at least one example, with a buffer for each input of the graph, in its order
   * @return values by example, then by output of the graph in its order; images in channel, height,
   *     width order. An output that is an input has the values of that input
   */
  float[][][] outputs(Batch batch);

  /** Computes the outputs of the graph; returns the first one of each example. */
  default float[][] output(Batch batch) {
    float[][][] perExample = outputs(batch);
    float[][] first = new float[perExample.length][];
    for (int i = 0; i < first.length; i++) {
      first[i] = perExample[i][0];
    }
    return first;
  }

  /**
   * Returns the bytes outside the heap that a batch of that size needs in all, parameters included.
   *
   * @param batch examples, at least 1
   */
  long bytes(int batch);

  /** Gives back all native memory. Closing again does nothing. */
  @Override
  void close();
}
