package dev.finetune.internal.training;

import dev.finetune.graph.LayerGraph;
import dev.finetune.train.Keep;
import dev.finetune.train.MemoryEstimate;
import dev.finetune.train.TrainOptions;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntToLongFunction;

/** Whether a training fits into memory, asked before anything is computed. */
final class Preflight {

  /** Of the free memory, what is counted on: the rest is for garbage and for what others take. */
  private static final double USABLE = 0.9;

  private final TrainingJob job;
  private final Optional<LayerGraph> stem;
  private final IntToLongFunction nativeBytes;
  private final long nativeFree;

  /**
   * A check.
   *
   * @param nativeBytes what training takes outside the heap, by batch size, the stem included
   * @param nativeFree what was free outside the heap before the training took any of it
   */
  Preflight(
      TrainingJob job, Optional<LayerGraph> stem, IntToLongFunction nativeBytes, long nativeFree) {
    this.job = job;
    this.stem = stem;
    this.nativeBytes = nativeBytes;
    this.nativeFree = nativeFree;
  }

  /**
   * The estimate.
   *
   * @throws IllegalStateException if it is more than there is; the message has the numbers, and the
   *     largest batch that fits
   */
  MemoryEstimate require() {
    requireHeap(estimate(), batch());
    return requireNative();
  }

  /**
   * The estimate, of which only what is outside the heap is looked at: once images are decoded, the
   * heap is full of garbage.
   *
   * @throws IllegalStateException if that is more than there is
   */
  MemoryEstimate requireNative() {
    MemoryEstimate estimate = estimate();
    requireNative(estimate, batch());
    return estimate;
  }

  private MemoryEstimate estimate() {
    return new MemoryEstimate(heapBytes(batch()), nativeBytes.applyAsLong(batch()));
  }

  /** Returns the largest batch that comes: never more images than there are. */
  private int batch() {
    return Math.min(job.options().batchSize(), Math.max(job.train().size(), job.valid().size()));
  }

  private void requireHeap(MemoryEstimate estimate, int batch) {
    Runtime runtime = Runtime.getRuntime();
    long used = runtime.totalMemory() - runtime.freeMemory();
    // The backbone's weights are in use already, and are in the estimate too.
    long free = (long) ((runtime.maxMemory() - Math.max(0, used - weightBytes())) * USABLE);
    if (estimate.heapBytes() > free) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "A training has to fit into the heap: it needs %s, and %.2f GB of heap can be counted"
                  + " on (%.0f %% of what is free). %.2f GB of it are the outputs of the frozen stem,"
                  + " and %.2f GB images on their way, with batch %d. Raise -Xmx; or keep the"
                  + " outputs in a folder, with"
                  + " TrainOptions.featureCache(FeatureCache.at(folder)); or use a smaller batch,"
                  + " fewer images, or a smaller input size, or freeze more layers so that the cut"
                  + " lies where tensors are smaller.",
              estimate,
              free / 1e9,
              USABLE * 100,
              featureBytes() / 1e9,
              imageBytes(batch) / 1e9,
              batch));
    }
  }

  private void requireNative(MemoryEstimate estimate, int batch) {
    long free = (long) (nativeFree * USABLE);
    if (estimate.nativeBytes() <= free) {
      return;
    }
    int largest = LargestBatch.of(nativeBytes, batch, free);
    throw new IllegalStateException(
        String.format(
            Locale.ROOT,
            "A training has to fit into memory: with batch %d it needs %s, and %.2f GB outside the"
                + " heap are free. %s. Or raise -Dorg.bytedeco.javacpp.maxbytes and"
                + " -Dorg.bytedeco.javacpp.maxphysicalbytes (they follow -Xmx if not set), use a"
                + " smaller input size, or freeze more layers.",
            batch,
            estimate,
            free / 1e9,
            largest == 0
                ? "Not even a batch of 1 fits"
                : "The largest batch that fits is " + largest));
  }

  private long heapBytes(int batch) {
    long trained = job.options().keep() == Keep.BEST ? 2 * weightBytes() : weightBytes();
    return weightBytes() + trained + optimizerBytes() + featureBytes() + imageBytes(batch);
  }

  /** Twice a batch is on its way; decoding, resizing and preprocessing each have an array. */
  private long imageBytes(int batch) {
    long toTrain = 2L * batch * 3;
    long toTheStem = stem.isPresent() ? StemPass.mostInMemory(variants()) : 0;
    return Math.max(toTrain, toTheStem) * job.input().shape().size() * Float.BYTES;
  }

  /** What the optimizer remembers of each trained parameter. */
  private long optimizerBytes() {
    long slots = job.options().optimizer().slots().size();
    return slots * Float.BYTES * job.graph().trainableParameterCount(job.frozen());
  }

  private long weightBytes() {
    return job.graph().parameterCount() * Float.BYTES;
  }

  /** What is kept of the stem in the heap. */
  private long featureBytes() {
    TrainOptions options = job.options();
    if (stem.isEmpty() || options.featureCache().directory().isPresent()) {
      return 0;
    }
    LayerGraph layers = stem.get();
    long perImage =
        layers.outputs().stream().mapToLong(name -> layers.node(name).output().size()).sum();
    return Float.BYTES * perImage * ((long) variants() * job.train().size() + job.valid().size());
  }

  private int variants() {
    return job.options().augmentation().isPresent() ? job.options().variants() : 1;
  }
}
