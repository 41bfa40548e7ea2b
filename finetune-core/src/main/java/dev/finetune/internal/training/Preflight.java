package dev.finetune.internal.training;

import dev.finetune.graph.LayerGraph;
import dev.finetune.train.Keep;
import dev.finetune.train.MemoryEstimate;
import dev.finetune.train.TrainOptions;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntToLongFunction;

/** Checks that a training run fits into memory before anything is computed. */
final class Preflight {

  /** The usable fraction of the free memory. The rest is for garbage and other allocations. */
  private static final double USABLE = 0.9;

  private final TrainingJob job;
  private final Set<String> frozen;
  private final Optional<LayerGraph> stem;
  private final UpdatePlan updates;
  private final IntToLongFunction nativeBytes;
  private final long nativeFree;

  /**
   * Creates the check of a run.
   *
   * @param frozen the names of the frozen layers
   * @param stem the layers of the stem; empty if there is none
   * @param updates how parameters change
   * @param nativeBytes the bytes that training needs outside the heap, stem included, by batch size
   * @param nativeFree the bytes that were free outside the heap before the run took any
   */
  Preflight(
      TrainingJob job,
      Set<String> frozen,
      Optional<LayerGraph> stem,
      UpdatePlan updates,
      IntToLongFunction nativeBytes,
      long nativeFree) {
    this.job = job;
    this.frozen = frozen;
    this.stem = stem;
    this.updates = updates;
    this.nativeBytes = nativeBytes;
    this.nativeFree = nativeFree;
  }

  /**
   * Checks the memory in the heap and outside it.
   *
   * @return the estimate
   * @throws IllegalStateException if the estimate exceeds the usable memory; the message has the
   *     numbers, and for memory outside the heap the largest batch that fits
   */
  MemoryEstimate require() {
    requireHeap(estimate(), batch());
    return requireNative();
  }

  /**
   * Checks the memory outside the heap only. Once images are decoded, garbage fills the heap, and
   * its free memory has no meaning.
   *
   * @return the estimate
   * @throws IllegalStateException if the estimate exceeds the usable memory outside the heap
   */
  MemoryEstimate requireNative() {
    MemoryEstimate estimate = estimate();
    requireNative(estimate, batch());
    return estimate;
  }

  private MemoryEstimate estimate() {
    return new MemoryEstimate(heapBytes(batch()), nativeBytes.applyAsLong(batch()));
  }

  /** Returns the size of the largest batch of the run, which datasets may limit. */
  private int batch() {
    return Math.min(job.options().batch(), Math.max(job.train().size(), job.valid().size()));
  }

  private void requireHeap(MemoryEstimate estimate, int batch) {
    Runtime runtime = Runtime.getRuntime();
    long used = runtime.totalMemory() - runtime.freeMemory();
    // The initial weights are in the heap already and part of the estimate.
    long free = (long) ((runtime.maxMemory() - Math.max(0, used - weightBytes())) * USABLE);
    if (estimate.heapBytes() > free) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "The training must fit into the heap: it needs %s, got %.2f GB of usable heap (%.0f %%"
                  + " of the free heap). The outputs of the frozen stem need %.2f GB, and prepared"
                  + " images %.2f GB with batch size %d. Raise -Xmx; or store the outputs on disk"
                  + " with TrainOptions.cache(FeatureCache.at(folder)); or use a smaller"
                  + " batch, fewer images or a smaller input size; or freeze more layers, up to a"
                  + " cut with smaller tensors.",
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
            "The training must fit into memory: with batch size %d it needs %s, got %.2f GB of"
                + " usable memory outside the heap. %s. Raise -Dorg.bytedeco.javacpp.maxbytes and"
                + " -Dorg.bytedeco.javacpp.maxphysicalbytes (they follow -Xmx if not set), use a"
                + " smaller batch or input size, or freeze more layers.",
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

  /** Two batches are in preparation; decoding, resizing and preprocessing each need an array. */
  private long imageBytes(int batch) {
    long toTrain = 2L * batch * 3;
    long toTheStem = stem.isPresent() ? StemPass.mostInMemory(variants()) : 0;
    return Math.max(toTrain, toTheStem) * job.input().shape().size() * Float.BYTES;
  }

  /** Returns the size of the optimizer slots. */
  private long optimizerBytes() {
    long slots = updates.floatsPerParameter(job.options().accumulate() > 1);
    return slots * Float.BYTES * job.graph().trainableParameterCount(frozen);
  }

  private long weightBytes() {
    return job.graph().parameterCount() * Float.BYTES;
  }

  /** Returns the size of the features of the stem in the heap. */
  private long featureBytes() {
    TrainOptions options = job.options();
    if (stem.isEmpty() || options.cache().directory().isPresent()) {
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
