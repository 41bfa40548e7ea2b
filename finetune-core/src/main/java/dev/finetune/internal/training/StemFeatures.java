package dev.finetune.internal.training;

import dev.finetune.data.ImageDataset;
import dev.finetune.graph.LayerGraph;
import dev.finetune.image.InputSpec;
import dev.finetune.internal.engine.Network;
import dev.finetune.internal.network.Batch;
import dev.finetune.internal.pipeline.PreparedImages;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;

/** The stem's outputs for every image, computed once and held in memory. */
final class StemFeatures implements Examples {

  private final List<float[][]> features;

  private StemFeatures(List<float[][]> features) {
    this.features = features;
  }

  /**
   * Computes them.
   *
   * @param progress told how many images of this dataset are done
   */
  static StemFeatures compute(
      Network stem, ImageDataset data, InputSpec input, int batchSize, IntConsumer progress) {
    List<float[][]> features = new ArrayList<>(data.size());
    new PreparedImages(data, input)
        .forEachBatch(
            batchSize,
            batch -> {
              features.addAll(List.of(stem.outputs(Batch.of(batch))));
              progress.accept(features.size());
            });
    return new StemFeatures(features);
  }

  /**
   * Refuses a training whose features do not fit into the heap.
   *
   * @throws IllegalStateException with the numbers and what can be changed
   */
  static void requireMemory(LayerGraph stem, int images) {
    long perImage =
        4L * stem.outputs().stream().mapToLong(name -> stem.node(name).output().size()).sum();
    Runtime runtime = Runtime.getRuntime();
    long free = runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
    long needed = perImage * images;
    if (needed > free * 0.9) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "The outputs of the frozen stem are kept in the heap: %d images of %.2f MB are %.2f"
                  + " GB, and %.2f GB are free. Raise -Xmx, use fewer images or a smaller input"
                  + " size, or freeze more layers so that the cut lies where tensors are smaller.",
              images,
              perImage / 1e6,
              needed / 1e9,
              free / 1e9));
    }
  }

  @Override
  public int size() {
    return features.size();
  }

  @Override
  public Cursor open(int[] order) {
    return new Cursor() {
      private int at;

      @Override
      public float[][] next() {
        return features.get(order[at++]);
      }

      @Override
      public void close() {}
    };
  }
}
