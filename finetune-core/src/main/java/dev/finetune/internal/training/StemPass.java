package dev.finetune.internal.training;

import com.google.common.hash.HashCode;
import dev.finetune.data.DatasetCheck;
import dev.finetune.data.DatasetCheck.Read;
import dev.finetune.data.ImageSource;
import dev.finetune.engine.Batch;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import dev.finetune.internal.pipeline.DecodedImages;
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
 * The pass over the images before training. It decodes each image once, to check it, to find its
 * stored features, and to compute missing ones.
 *
 * <p>After the first bad image it computes nothing more. It still decodes and checks the others, so
 * that one exception lists all bad images.
 */
final class StemPass {

  /** Receives the computed features. */
  @FunctionalInterface
  interface Sink {

    /** Returns whether no features are stored for a key. Called by several threads at once. */
    default boolean misses(Optional<HashCode> key) {
      return true;
    }

    /** Receives each example, one after another. Returns whether to compute its features. */
    default boolean wants(StemExample example) throws IOException {
      return true;
    }

    /** Receives the outputs of the stem for an example. */
    void put(StemExample example, float[][] outputs) throws IOException;
  }

  private final Stem stem;
  private final InputSpec input;
  private final IntConsumer progress;
  private int done;

  /**
   * Prepares the pass.
   *
   * @param progress receives the number of examples computed so far
   */
  StemPass(Stem stem, InputSpec input, IntConsumer progress) {
    this.stem = stem;
    this.input = input;
    this.progress = progress;
  }

  /** Returns the maximum number of prepared images in memory. */
  static long mostInMemory(int variants) {
    return (long) variants * (ahead(variants) + 2 * Stem.BATCH) + Stem.BATCH;
  }

  /** Returns the number of images that are decoded ahead, each with all variants. */
  private static int ahead(int variants) {
    return Math.max(Runtime.getRuntime().availableProcessors(), 2 * Stem.BATCH / variants);
  }

  /**
   * Processes the images of a dataset.
   *
   * @param later other datasets, which are also checked if an image is bad
   * @throws dev.finetune.data.DatasetException if images cannot be read or have values that are not
   *     finite; the exception lists all of them, of all datasets
   */
  void run(Variants variants, Sink sink, ImageSource... later) throws IOException {
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
    DecodedImages images = variants.images();
    return new Prefetcher<>(
        images.data().size(),
        ahead(variants.count()),
        index ->
            images.read(
                index, image -> good.get() ? examples(variants, sink, index, image) : List.of()));
  }

  private List<StemExample> examples(Variants variants, Sink sink, int index, Pixels image) {
    PreparedImages images = new PreparedImages(variants.images(), input);
    List<StemExample> examples = new ArrayList<>();
    for (Optional<HashCode> key : variants.keys(image)) {
      int number = variants.example(index, examples.size());
      Optional<FloatBuffer> prepared =
          sink.misses(key)
              ? Optional.of(
                  FloatBuffer.wrap(images.prepare(index, variants.change(index, image, key))))
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
