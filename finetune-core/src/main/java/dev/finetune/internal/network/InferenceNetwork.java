package dev.finetune.internal.network;

/** A network that computes activations. Used by one thread at a time. */
public interface InferenceNetwork extends AutoCloseable {

  /** What the network's outputs are: by example, then by output. An input gives itself. */
  float[][][] outputs(Batch batch);

  /** The native memory that a batch of that size needs in all. */
  long bytes(int batch);

  @Override
  void close();
}
