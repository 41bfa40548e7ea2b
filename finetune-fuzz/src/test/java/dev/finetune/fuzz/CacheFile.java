package dev.finetune.fuzz;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import dev.finetune.internal.cache.FeatureSet;
import dev.finetune.train.FeatureCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file of stored features: whatever it has, the features that are read are the right ones. */
final class CacheFile {

  private static final HashCode SET = Hashing.sha256().hashInt(0);
  private static final HashCode IMAGE = Hashing.sha256().hashInt(1);
  private static final float[][] FEATURES = {{1, 2, 3}, {4}};

  private CacheFile() {}

  /** Returns the file of a set with the features of an image. */
  static byte[] made(Path folder) throws IOException {
    Files.deleteIfExists(file(folder));
    complete(folder);
    return Files.readAllBytes(file(folder));
  }

  static void read(Path folder, byte[] input) throws IOException {
    Files.write(file(folder), input);
    complete(folder);
    complete(folder);
  }

  private static Path file(Path folder) {
    return folder.resolve(SET + ".features");
  }

  private static void complete(Path folder) throws IOException {
    try (FeatureSet set =
        FeatureSet.of(
            FeatureCache.at(folder),
            SET,
            List.of(3, 1),
            1,
            store -> {
              if (!store.contains(IMAGE) && store.claim(IMAGE)) {
                store.put(IMAGE, FEATURES);
              }
            })) {
      if (set.read(IMAGE)[0].get(2) != 3) {
        throw new AssertionError("The third feature must be 3");
      }
    }
  }
}
