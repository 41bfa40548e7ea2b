package dev.finetune.internal.training;

import com.google.common.hash.HashCode;
import dev.finetune.data.ImageSource;
import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.cache.FeatureSet;
import dev.finetune.train.FeatureCache;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/** The outputs of the stem for every variant of every image, computed once. */
final class StemFeatures implements Examples {

  /** A resource that the features hold. */
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

  /**
   * Computes the features and keeps them in the heap.
   *
   * @param later other datasets, which are also checked if an image is bad
   */
  static StemFeatures inMemory(StemPass pass, Variants variants, ImageSource... later)
      throws IOException {
    float[][][] computed = new float[variants.examples()][][];
    pass.run(variants, (example, outputs) -> computed[example.number()] = outputs, later);
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
   * Reads the features from a cache folder. Computes and stores those that are missing.
   *
   * @param variants the examples, with keys
   * @param later other datasets, which are also checked if an image is bad
   */
  static StemFeatures onDisk(
      StemPass pass, Stem stem, Variants variants, FeatureCache cache, ImageSource... later)
      throws IOException {
    HashCode[] keys = new HashCode[variants.examples()];
    FeatureSet set =
        FeatureSet.of(
            cache,
            stem.key(cache.precision()),
            sizes(stem.layers()),
            variants.distinct(),
            store -> pass.run(variants, new Stored(store, keys), later));
    return new StemFeatures(variants, example -> set.read(keys[example]), set::close);
  }

  /** Stores the features of each key once, even if several examples have the key. */
  private static final class Stored implements StemPass.Sink {
    private final FeatureSet.Store store;
    private final HashCode[] keys;

    /**
     * Stores features.
     *
     * @param keys receives the key of each example
     */
    Stored(FeatureSet.Store store, HashCode[] keys) {
      this.store = store;
      this.keys = keys;
    }

    @Override
    public boolean misses(Optional<HashCode> key) {
      return !store.contains(key.orElseThrow());
    }

    @Override
    public boolean wants(StemExample example) throws IOException {
      HashCode key = example.key().orElseThrow();
      keys[example.number()] = key;
      return example.input().isPresent() && store.claim(key);
    }

    @Override
    public void put(StemExample example, float[][] outputs) throws IOException {
      store.put(keys[example.number()], outputs);
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
