package dev.finetune.internal.cache;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import dev.finetune.train.FeatureCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** A program that completes sets in a folder and prints how many features it computed. */
public final class CacheUser {

  static final List<Integer> SIZES = List.of(40, 3);
  static final HashCode SET = Hashing.sha256().hashInt(1);

  private CacheUser() {}

  /**
   * Completes the set with each number of images, one after another. The property {@code maxBytes}
   * limits the folder.
   */
  public static void main(String[] args) throws IOException {
    FeatureCache cache =
        FeatureCache.at(Path.of(args[0])).maxBytes(Long.getLong("maxBytes", Long.MAX_VALUE));
    for (int i = 1; i < args.length; i++) {
      int count = Integer.parseInt(args[i]);
      System.out.println("computed " + complete(cache, count));
    }
  }

  /** Returns the number of features that were missing. Throws if others than stored are read. */
  static int complete(FeatureCache cache, int count) throws IOException {
    List<HashCode> images =
        IntStream.range(0, count).mapToObj(i -> Hashing.sha256().hashInt(i)).toList();
    int[] computed = {0};
    try (FeatureSet set =
        FeatureSet.of(
            cache,
            SET,
            SIZES,
            count,
            store -> {
              for (HashCode image : images) {
                if (!store.contains(image) && store.claim(image)) {
                  store.put(image, new float[][] {new float[40], values(image)});
                  computed[0]++;
                }
              }
            })) {
      for (HashCode image : images) {
        float[] read = new float[3];
        set.read(image)[1].get(read);
        if (!List.of(read[0], read[1], read[2])
            .equals(List.of(values(image)[0], values(image)[1], values(image)[2]))) {
          throw new IllegalStateException("Features must be those of the image, got others");
        }
      }
    }
    return computed[0];
  }

  private static float[] values(HashCode image) {
    return new float[] {image.asInt(), image.asInt() / 7f, 1};
  }
}
