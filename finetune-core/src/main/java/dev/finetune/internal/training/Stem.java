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

/** The frozen stem of a network; its engine is made when there is something to compute. */
final class Stem implements AutoCloseable {

  /**
   * Images that go through it together. More are no faster on a CPU, and take more memory: see
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
   * Describes it; nothing is made yet.
   *
   * @param required told before the first computation which native memory that takes; what it
   *     throws ends the computation
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

  LayerGraph layers() {
    return layers;
  }

  /** Returns the key of all that its outputs depend on but the images. */
  HashCode key(FeatureCache.Precision precision) {
    String how =
        Engines.find(options).fingerprint(options) + " " + LibraryVersion.get() + precision;
    return Hashes.stem(layers, weights, input, how);
  }

  /** Computes what it makes of some images: by image, then by output. */
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

  /** Returns whether its engine is made. */
  boolean made() {
    return network != null;
  }

  /** Gives back the memory that it computes with; it takes it anew when needed. */
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
