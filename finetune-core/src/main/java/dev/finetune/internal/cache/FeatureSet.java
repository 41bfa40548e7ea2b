package dev.finetune.internal.cache;

import com.google.common.hash.HashCode;
import dev.finetune.train.FeatureCache;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The features that one stem gives, in the folder of a cache: there for reading until closed. */
public final class FeatureSet implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FeatureSet.class);

  /** Sees which features are missing, computes them and stores them, in any order. */
  @FunctionalInterface
  public interface Computation {
    void complete(Store store) throws IOException;
  }

  /** The features as they are while some are computed. */
  public interface Store {

    /** Returns whether there are features under that key. Safe to call from several threads. */
    boolean contains(HashCode image);

    /**
     * Returns whether features are to be computed: none are there, and it was not asked before. The
     * first call takes the right to compute; if another thread or process has it, waits, and finds
     * what that has stored.
     */
    boolean claim(HashCode image) throws IOException;

    /**
     * Stores features that were claimed.
     *
     * @throws FileSystemException if the set becomes larger than a cache may be
     */
    void put(HashCode image, float[][] outputs) throws IOException;
  }

  private final FeatureFile file;
  private final SetLock lock;

  private FeatureSet(FeatureFile file, SetLock lock) {
    this.file = file;
    this.lock = lock;
  }

  /**
   * The features that are there, with those that a computation adds.
   *
   * @param key of all that features depend on but the image
   * @param sizes how many values each output has
   * @param images how many are asked for, at least; the room that they need is looked for before
   *     anything is computed
   */
  public static FeatureSet of(
      FeatureCache cache, HashCode key, List<Integer> sizes, int images, Computation computation)
      throws IOException {
    Path directory = cache.directory().orElseThrow();
    RecordLayout layout = new RecordLayout(sizes, cache.precision());
    Files.createDirectories(directory);
    Path set = directory.resolve(key + CacheFolder.SUFFIX);
    SetLock reading = SetLock.reading(set);
    try {
      FeatureFile file = SetLock.computing(set, () -> FeatureFile.open(set, layout));
      try {
        complete(cache, set, file, FeatureFile.recordBytes(layout), images, computation);
        return new FeatureSet(file, reading);
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      reading.close();
      throw e;
    }
  }

  private static void complete(
      FeatureCache cache,
      Path set,
      FeatureFile file,
      int recordBytes,
      int images,
      Computation computation)
      throws IOException {
    LOG.info("Features: {} images are in {}, {} are asked for", file.size(), set, images);
    if (images > file.size()) {
      requireSpace(cache, set, (long) (images - file.size()) * recordBytes);
    }
    try (Growing growing = new Growing(cache, set, file, recordBytes)) {
      computation.complete(growing);
      growing.requireStored();
    }
    Files.setLastModifiedTime(set, FileTime.from(Instant.now()));
    CacheFolder.trim(cache.directory().orElseThrow().toAbsolutePath(), cache.maxBytes());
  }

  /** A set to which features are appended. Without any the right to compute is not needed. */
  private static final class Growing implements Store, AutoCloseable {
    private final FeatureCache cache;
    private final Path set;
    private final FeatureFile file;
    private final int recordBytes;
    private final Set<HashCode> claimed = new HashSet<>();
    private SetLock.@Nullable Computing right;

    Growing(FeatureCache cache, Path set, FeatureFile file, int recordBytes) {
      this.cache = cache;
      this.set = set;
      this.file = file;
      this.recordBytes = recordBytes;
    }

    @Override
    public boolean contains(HashCode image) {
      return file.contains(image);
    }

    @Override
    public boolean claim(HashCode image) throws IOException {
      if (right == null) {
        right = SetLock.toCompute(set);
        file.scan();
      }
      return !file.contains(image) && claimed.add(image);
    }

    @Override
    public void put(HashCode image, float[][] outputs) throws IOException {
      requireWithin(cache, set, Files.size(set) + recordBytes);
      file.append(image, outputs);
    }

    void requireStored() throws IOException {
      if (right == null) {
        return;
      }
      file.scan();
      long lost = claimed.stream().filter(image -> !file.contains(image)).count();
      if (lost > 0) {
        throw new IOException(set + ": the features of " + lost + " images were not stored");
      }
    }

    @Override
    public void close() throws IOException {
      if (right != null) {
        right.close();
      }
    }
  }

  private static void requireSpace(FeatureCache cache, Path set, long more) throws IOException {
    requireWithin(cache, set, Files.size(set) + more);
    long free = Files.getFileStore(set).getUsableSpace();
    if (more > free) {
      throw new FileSystemException(
          set.toString(),
          null,
          String.format(
              Locale.ROOT,
              "%.2f GB are needed for the features and %.2f GB are free on that disk",
              more / 1e9,
              free / 1e9));
    }
  }

  private static void requireWithin(FeatureCache cache, Path set, long size)
      throws FileSystemException {
    if (size > cache.maxBytes()) {
      throw new FileSystemException(
          set.toString(),
          null,
          String.format(
              Locale.ROOT,
              "a set of features is at most maxBytes, %.2f GB; this one would be %.2f GB. Raise"
                  + " maxBytes, store float16, or freeze more layers so that the cut lies where"
                  + " tensors are smaller",
              cache.maxBytes() / 1e9,
              size / 1e9));
    }
  }

  /** What the stem gives for an image: a buffer for each output, not to be written to. */
  public FloatBuffer[] read(HashCode image) {
    return file.read(image);
  }

  @Override
  public void close() throws IOException {
    try {
      file.close();
    } finally {
      lock.close();
    }
  }
}
