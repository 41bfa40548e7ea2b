package dev.finetune.internal.training;

import com.google.common.hash.HashCode;
import dev.finetune.data.DatasetCheck;
import dev.finetune.data.DatasetCheck.Read;
import dev.finetune.data.ImageDataset;
import dev.finetune.engine.Batch;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import dev.finetune.internal.pipeline.Prefetcher;
import dev.finetune.internal.pipeline.PreparedImages;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/**
 * The pass over the images before training. Each is decoded once: to check it, to find its features
 * where they are stored, and to compute those that are missing.
 *
 * <p>Once an image is bad nothing more is computed. The others are still decoded and checked, so
 * that one error lists all that are bad.
 */
final class StemPass {

  /** Takes what is computed. */
  @FunctionalInterface
  interface Sink {

    /** Returns whether there are no features under that key. Called on several threads at once. */
    default boolean misses(Optional<HashCode> key) {
      return true;
    }

    /** Is told of each example, one after another; returns whether it is to be computed. */
    default boolean wants(StemExample example) throws IOException {
      return true;
    }

    /** Takes the stem's outputs for an example. */
    void put(StemExample example, float[][] outputs) throws IOException;
  }

  private final Stem stem;
  private final InputSpec input;
  private final IntConsumer progress;
  private int done;

  /**
   * Prepares the pass.
   *
   * @param progress told how many examples are computed in all
   */
  StemPass(Stem stem, InputSpec input, IntConsumer progress) {
    this.stem = stem;
    this.input = input;
    this.progress = progress;
  }

  /** Returns how many prepared images are in memory at a time, at most. */
  static long mostInMemory(int variants) {
    return (long) variants * (ahead(variants) + 2 * Stem.BATCH) + Stem.BATCH;
  }

  /** Returns how many images are decoded ahead, each with its variants. */
  private static int ahead(int variants) {
    return Math.max(Runtime.getRuntime().availableProcessors(), 2 * Stem.BATCH / variants);
  }

  /**
   * Goes through the images of a dataset.
   *
   * @param later datasets whose turn has not come: they are checked too if an image is bad
   * @throws dev.finetune.data.DatasetException one that lists every image of all of them that
   *     cannot be read, or has a value that is not finite
   */
  void run(Variants variants, Sink sink, ImageDataset... later) throws IOException {
    List<Read<?>> bad = new ArrayList<>();
    AtomicBoolean good = new AtomicBoolean(true);
    StemBatches batches = new StemBatches(Stem.BATCH, variants.examples());
    try (Prefetcher<Read<List<StemExample>>> images = open(variants, sink, good)) {
      while (images.hasNext()) {
        Read<List<StemExample>> read = images.next();
        if (read.value() == null) {
          good.set(false);
          bad.add(read);
        } else if (good.get()) {
          for (StemExample example : read.value()) {
            batches.add(example, sink.wants(example));
          }
          while (batches.full()) {
            compute(batches.take(), sink);
          }
        }
      }
    }
    if (!bad.isEmpty()) {
      bad.addAll(DatasetCheck.bad(later));
      DatasetCheck.requireNone(bad);
    }
    compute(batches.take(), sink);
  }

  private Prefetcher<Read<List<StemExample>>> open(
      Variants variants, Sink sink, AtomicBoolean good) {
    ImageDataset data = variants.data();
    return new Prefetcher<>(
        data.size(),
        ahead(variants.count()),
        index ->
            DatasetCheck.read(
                data,
                index,
                image -> good.get() ? examples(variants, sink, index, image) : List.of()));
  }

  private List<StemExample> examples(Variants variants, Sink sink, int index, Pixels image) {
    PreparedImages images = new PreparedImages(variants.data(), input);
    List<StemExample> examples = new ArrayList<>();
    for (Optional<HashCode> key : variants.keys(image)) {
      int number = variants.example(index, examples.size());
      Optional<FloatBuffer> prepared =
          sink.misses(key)
              ? Optional.of(FloatBuffer.wrap(images.prepare(index, variants.change(image, key))))
              : Optional.empty();
      examples.add(new StemExample(number, key, prepared));
    }
    return examples;
  }

  private void compute(List<StemExample> examples, Sink sink) throws IOException {
    if (examples.isEmpty()) {
      return;
    }
    List<FloatBuffer[]> inputs = new ArrayList<>(examples.size());
    for (StemExample example : examples) {
      inputs.add(new FloatBuffer[] {example.input().orElseThrow()});
    }
    float[][][] outputs = stem.outputs(new Batch(inputs));
    for (int i = 0; i < outputs.length; i++) {
      sink.put(examples.get(i), outputs[i]);
    }
    done += examples.size();
    progress.accept(done);
  }
}
