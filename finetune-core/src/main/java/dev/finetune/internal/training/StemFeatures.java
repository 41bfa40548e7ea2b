package dev.finetune.internal.training;

import com.google.common.hash.HashCode;
import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.cache.FeatureSet;
import dev.finetune.train.FeatureCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The stem's outputs for every variant of every image, computed once. */
final class StemFeatures implements Examples {

  /** What has to be given back in the end. */
  private interface Resource {
    void close() throws IOException;
  }

  private final Variants variants;
  private final IntFunction<FloatBuffer[]> features;
  private final Resource resource;

  private StemFeatures(Variants variants, IntFunction<FloatBuffer[]> features, Resource resource) {
    this.variants = variants;
    this.features = features;
    this.resource = resource;
  }

  /** Computes them into the heap. */
  static StemFeatures inMemory(Stem stem, Variants variants) {
    float[][][] computed = new float[variants.examples()][][];
    int[] all = IntStream.range(0, computed.length).toArray();
    stem.compute(variants, all, (example, outputs) -> computed[example] = outputs);
    return new StemFeatures(
        variants,
        example -> {
          float[][] outputs = computed[example];
          FloatBuffer[] buffers = new FloatBuffer[outputs.length];
          for (int k = 0; k < buffers.length; k++) {
            buffers[k] = FloatBuffer.wrap(outputs[k]);
          }
          return buffers;
        },
        () -> {});
  }

  /**
   * Takes them from a folder, and computes what is not there.
   *
   * @param key of all that they depend on but the images
   */
  static StemFeatures onDisk(Stem stem, Variants variants, FeatureCache cache, HashCode key) {
    List<HashCode> keys = variants.keys();
    Map<HashCode, Integer> examples = new HashMap<>();
    for (int example = 0; example < keys.size(); example++) {
      examples.put(keys.get(example), example);
    }
    try {
      FeatureSet set =
          FeatureSet.of(
              cache,
              key,
              sizes(stem.layers()),
              keys,
              (missing, sink) ->
                  stem.compute(
                      variants,
                      missing.stream().mapToInt(examples::get).toArray(),
                      (example, outputs) -> put(sink, keys.get(example), outputs)));
      return new StemFeatures(variants, example -> set.read(keys.get(example)), set::close);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void put(FeatureSet.Sink sink, HashCode key, float[][] outputs) {
    try {
      sink.put(key, outputs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Integer> sizes(LayerGraph stem) {
    return stem.outputs().stream().map(name -> stem.node(name).output().size()).toList();
  }

  @Override
  public int size() {
    return variants.data().size();
  }

  @Override
  public Cursor open(int[] order, int from, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int skipped = 0; skipped < from; skipped++) {
      variant(random);
    }
    return new Cursor() {
      private int at = from;

      @Override
      public FloatBuffer[] next() {
        return features.apply(variants.example(order[at++], variant(random)));
      }

      @Override
      public void close() {}
    };
  }

  private int variant(SplittableRandom random) {
    return variants.count() == 1 ? 0 : random.nextInt(variants.count());
  }

  @Override
  public void close() throws IOException {
    resource.close();
  }
}
