package dev.finetune.internal.training;

import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.Engines;
import dev.finetune.engine.InferenceNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.image.InputSpec;
import dev.finetune.internal.network.Networks;
import dev.finetune.internal.pipeline.PreparedImages;
import dev.finetune.weights.Weights;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The frozen stem of a network; its engine is made when there is something to compute. */
final class Stem implements AutoCloseable {

  /**
   * Images that go through it together. More are no faster on a CPU, and take more memory: see
   * benchmarks/README.md.
   */
  private static final int BATCH = 8;

  /** Takes what is computed. */
  @FunctionalInterface
  interface Sink {
    void put(int example, float[][] outputs);
  }

  private final LayerGraph layers;
  private final Weights weights;
  private final InputSpec input;
  private final EngineOptions options;
  private IntConsumer progress = done -> {};
  private @Nullable InferenceNetwork network;
  private int done;

  Stem(LayerGraph layers, Weights weights, InputSpec input, EngineOptions options) {
    this.layers = layers;
    this.weights = weights;
    this.input = input;
    this.options = options;
  }

  /** Tells from now on how many examples are done in all. */
  void tell(IntConsumer listener) {
    progress = listener;
  }

  LayerGraph layers() {
    return layers;
  }

  Weights weights() {
    return weights;
  }

  /** What its outputs depend on beside layers, weights and images. */
  String how() {
    return Engines.find(options).fingerprint(options)
        + " "
        + Stem.class.getPackage().getImplementationVersion();
  }

  /** The native memory it takes while it computes. */
  long bytes() {
    return network().bytes(BATCH);
  }

  private InferenceNetwork network() {
    if (network == null) {
      network = Networks.inference(layers, weights, options);
    }
    return network;
  }

  /** Computes these examples. */
  void compute(Variants variants, int[] examples, Sink sink) {
    InferenceNetwork engine = network();
    int[] images = Arrays.stream(examples).map(variants::image).toArray();
    int[] next = {0};
    new PreparedImages(variants.data(), input)
        .forEachBatch(
            images,
            BATCH,
            (place, image) -> variants.change(examples[place], image),
            batch -> {
              for (float[][] outputs : engine.outputs(Batch.of(batch))) {
                sink.put(examples[next[0]++], outputs);
              }
              done += batch.size();
              progress.accept(done);
            });
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
