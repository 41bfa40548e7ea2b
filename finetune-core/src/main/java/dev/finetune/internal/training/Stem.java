package dev.finetune.internal.training;

import com.google.common.hash.HashCode;
import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.Engines;
import dev.finetune.engine.InferenceNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.image.InputSpec;
import dev.finetune.internal.cache.Hashes;
import dev.finetune.internal.network.Networks;
import dev.finetune.internal.version.LibraryVersion;
import dev.finetune.train.FeatureCache;
import dev.finetune.weights.Weights;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The frozen stem of a network. Its network is created when there is something to compute. */
final class Stem implements AutoCloseable {

  /**
   * The batch size. Larger batches are no faster on a CPU and need more memory: see
   * benchmarks/README.md.
   */
  static final int BATCH = 8;

  private final LayerGraph layers;
  private final Weights weights;
  private final InputSpec input;
  private final EngineOptions options;
  private final LongConsumer required;
  private @Nullable InferenceNetwork network;

  /**
   * Creates a stem; its network is created later.
   *
   * @param required receives the bytes of native memory that a batch needs, before the first
   *     computation. Its exceptions end the computation.
   */
  Stem(
      LayerGraph layers,
      Weights weights,
      InputSpec input,
      EngineOptions options,
      LongConsumer required) {
    this.layers = layers;
    this.weights = weights;
    this.input = input;
    this.options = options;
    this.required = required;
  }

  /** Returns the layers of the stem. */
  LayerGraph layers() {
    return layers;
  }

  /** Returns the hash of everything that the outputs depend on except the images. */
  HashCode key(FeatureCache.Precision precision) {
    String how =
        Engines.find(options).fingerprint(options) + " " + LibraryVersion.get() + precision;
    return Hashes.stem(layers, weights, input, how);
  }

  /** Computes the outputs for a batch of images: by image, then by output. */
  float[][][] outputs(Batch images) {
    return network().outputs(images);
  }

  private InferenceNetwork network() {
    if (network == null) {
      network = Networks.inference(layers, weights, options);
      required.accept(network.bytes(BATCH));
    }
    return network;
  }

  /** Returns whether the network exists. */
  boolean made() {
    return network != null;
  }

  /** Releases the memory of the network. The next computation creates it again. */
  void release() {
    if (network != null) {
      network.close();
      network = null;
    }
  }

  @Override
  public void close() {
    release();
  }
}
