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
import java.util.List;
import java.util.Locale;
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

    /**
     * Returns whether there were features under that key before the computation. Safe to call from
     * several threads.
     */
    boolean contains(HashCode image);

    /**
     * Stores features, each key's once. Called by the thread that computes.
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
   * The features that are there, with those that a computation adds. If another process is at it,
   * waits for that.
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
      FeatureFile file =
          SetLock.computing(set, () -> completed(cache, set, layout, images, computation));
      return new FeatureSet(file, reading);
    } catch (IOException | RuntimeException e) {
      reading.close();
      throw e;
    }
  }

  private static FeatureFile completed(
      FeatureCache cache, Path set, RecordLayout layout, int images, Computation computation)
      throws IOException {
    FeatureFile file = FeatureFile.open(set, layout);
    try {
      int before = file.size();
      LOG.info("Features: {} images are in {}, {} are asked for", before, set, images);
      int recordBytes = FeatureFile.recordBytes(layout);
      if (images > before) {
        requireSpace(cache, set, (long) (images - before) * recordBytes);
      }
      Appending appending = new Appending(cache, set, file, recordBytes);
      computation.complete(appending);
      file.scan();
      if (file.size() < before + appending.count) {
        throw new IOException(
            set + ": of " + appending.count + " images " + (file.size() - before) + " were stored");
      }
      Files.setLastModifiedTime(set, FileTime.from(Instant.now()));
      CacheFolder.trim(set.toAbsolutePath().getParent(), cache.maxBytes());
      return file;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Appends to the file; its map of what is there changes in {@link FeatureFile#scan} only. */
  private static final class Appending implements Store {
    private final FeatureCache cache;
    private final Path set;
    private final FeatureFile file;
    private final int recordBytes;
    private int count;

    Appending(FeatureCache cache, Path set, FeatureFile file, int recordBytes) {
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
    public void put(HashCode image, float[][] outputs) throws IOException {
      requireWithin(cache, set, Files.size(set) + recordBytes);
      file.append(image, outputs);
      count++;
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
