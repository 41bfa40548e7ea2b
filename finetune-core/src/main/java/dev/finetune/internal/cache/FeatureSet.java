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

/** The features of one stem in a cache folder. They can be read until the set is closed. */
public final class FeatureSet implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FeatureSet.class);

  /** Computes missing features and stores them, in any order. */
  @FunctionalInterface
  public interface Computation {
    /** Adds the features that are missing. */
    void complete(Store store) throws IOException;
  }

  /** The stored features during a computation. */
  public interface Store {

    /** Returns whether features of an image are stored. Safe to call from several threads. */
    boolean contains(HashCode image);

    /**
     * Returns whether the caller must compute the features of an image: they are not stored, and
     * were not claimed before. The first call acquires the lock for computing. If another thread or
     * process holds it, the call waits, and then sees the features that the other one stored.
     */
    boolean claim(HashCode image) throws IOException;

    /**
     * Stores features that were claimed.
     *
     * @param outputs the values of each output
     * @throws FileSystemException if the set would exceed the maximum size of the cache
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
   * Opens a set of features and completes it.
   *
   * @param cache the settings, with a folder
   * @param key the hash of everything that features depend on except the image
   * @param sizes the number of values of each output
   * @param images the minimum number of images that the set will have. Disk space for them is
   *     checked before anything is computed.
   * @param computation adds the features that are missing
   * @throws FileSystemException if the set would exceed the maximum size of the cache, or the disk
   *     space is too small; the message names the file
   * @throws IOException if reading or writing fails, or claimed features were not stored
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
    LOG.debug("{} has the features of {} images; {} are needed", set, file.size(), images);
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

  /** A set to which features are appended. It takes the lock for computing on the first claim. */
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
        throw new IOException(
            set
                + ": features must be stored after they are claimed, got "
                + lost
                + " images without features");
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
              "the disk must have %.2f GB free for the features, got %.2f GB",
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
              "a feature set must have at most maxBytes, %.2f GB, got %.2f GB. Raise maxBytes,"
                  + " store float16, or freeze more layers, up to a cut with smaller tensors",
              cache.maxBytes() / 1e9,
              size / 1e9));
    }
  }

  /**
   * Returns the features of an image, one buffer per output. The caller must not write to them.
   *
   * @throws IllegalStateException if there are none
   */
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
