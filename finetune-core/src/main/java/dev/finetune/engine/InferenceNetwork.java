package dev.finetune.engine;

import dev.finetune.annotation.Experimental;

/**
 * A network that computes outputs. It is used by one thread at a time, though not always the same
 * one. It owns native memory until it is closed. After that, every method except {@link #close}
 * throws {@link IllegalStateException}.
 */
@Experimental
public interface InferenceNetwork extends AutoCloseable {

  /**
   * Computes the outputs of the graph.
   *
   * @param batch at least one example, with one buffer per input of the graph, in the order of the
   *     inputs
   * @return the values by example, then by output in the order of the graph's outputs. Images are
   *     in channel, height, width order. An output that is also an input has the values of that
   *     input
   * @throws IllegalArgumentException if an example does not match the shape of an input
   */
  float[][][] outputs(Batch batch);

  /**
   * Computes the outputs of the graph and returns the first one of each example.
   *
   * @param batch at least one example, with one buffer per input of the graph, in the order of the
   *     inputs
   * @return the values of the graph's first output by example
   * @throws IllegalArgumentException if an example does not match the shape of an input
   */
  default float[][] output(Batch batch) {
    float[][][] perExample = outputs(batch);
    float[][] first = new float[perExample.length][];
    for (int i = 0; i < first.length; i++) {
      first[i] = perExample[i][0];
    }
    return first;
  }

  /**
   * {@return the total number of bytes that a batch needs outside the heap, parameters included}
   *
   * @param batch the number of examples, at least 1
   */
  long bytes(int batch);

  /** Frees all native memory. Further calls have no effect. */
  @Override
  void close();
}
