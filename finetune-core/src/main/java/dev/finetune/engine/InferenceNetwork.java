package dev.finetune.engine;

/** A network that computes activations. Used by one thread at a time. */
public interface InferenceNetwork extends AutoCloseable {

  /** What the network's outputs are: by example, then by output. An input gives itself. */
  float[][][] outputs(Batch batch);

  /** What the network's first output is, by example. */
  default float[][] output(Batch batch) {
    float[][][] perExample = outputs(batch);
    float[][] first = new float[perExample.length][];
    for (int i = 0; i < first.length; i++) {
      first[i] = perExample[i][0];
    }
    return first;
  }

  /** The native memory that a batch of that size needs in all. */
  long bytes(int batch);

  @Override
  void close();
}
