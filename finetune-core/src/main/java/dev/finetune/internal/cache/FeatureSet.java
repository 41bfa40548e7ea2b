package dev.finetune.internal.cache;

import com.google.common.hash.HashCode;
import dev.finetune.train.FeatureCache;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The features of one stem in a cache folder. They can be read until the set is closed. What a user
 * may not store there is kept until then in the heap.
 */
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

  /** The folders of which the log says that nothing is stored there. */
  private static final Set<Path> SAID = ConcurrentHashMap.newKeySet();

  private final SetFiles files;

  private FeatureSet(SetFiles files) {
    this.files = files;
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
    create(directory);
    SetFiles files = SetFiles.open(directory, key, layout);
    try {
      complete(cache, directory, files, layout, images, computation);
      return new FeatureSet(files);
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private static void create(Path directory) throws IOException {
    try {
      Files.createDirectories(directory);
    } catch (AccessDeniedException e) {
      AccessDeniedException named =
          new AccessDeniedException(
              directory.toString(),
              null,
              "the cache folder must exist, or be one that this user can create");
      named.initCause(e);
      throw named;
    }
  }

  private static void complete(
      FeatureCache cache,
      Path directory,
      SetFiles files,
      RecordLayout layout,
      int images,
      Computation computation)
      throws IOException {
    int known = files.size();
    LOG.debug(
        "{} have the features of {} images; {} are needed", files.paths().toList(), known, images);
    if (images > known) {
      long more = (long) (images - known) * FeatureFile.recordBytes(layout);
      if (files.own().isPresent()) {
        requireSpace(cache, files.own().get(), more);
      } else {
        requireHeap(directory, more);
      }
    }
    try (Growing growing = new Growing(cache, directory, files, FeatureFile.recordBytes(layout))) {
      computation.complete(growing);
      growing.requireStored();
    }
    for (Path file : files.paths().toList()) {
      markUsed(file);
    }
    CacheFolder.trim(directory.toAbsolutePath(), cache.maxBytes());
  }

  /** Sets the time of the last use, which only the owner of a file can do. */
  private static void markUsed(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    } catch (IOException e) {
      LOG.debug("{} does not get the time of its last use: {}", file, e.toString());
    }
  }

  /** A set to which features are appended. It takes the lock for computing on the first claim. */
  private static final class Growing implements Store, AutoCloseable {
    private final FeatureCache cache;
    private final Path directory;
    private final SetFiles files;
    private final int recordBytes;
    private final Set<HashCode> claimed = new HashSet<>();
    private boolean begun;
    private SetLock.@Nullable Computing right;

    Growing(FeatureCache cache, Path directory, SetFiles files, int recordBytes) {
      this.cache = cache;
      this.directory = directory;
      this.files = files;
      this.recordBytes = recordBytes;
    }

    @Override
    public boolean contains(HashCode image) {
      return files.contains(image);
    }

    @Override
    public boolean claim(HashCode image) throws IOException {
      if (!begun) {
        begun = true;
        begin();
      }
      return !files.contains(image) && claimed.add(image);
    }

    private void begin() throws IOException {
      if (files.own().isPresent()) {
        right = SetLock.toCompute(files.own().get());
      } else if (SAID.add(directory.toAbsolutePath().normalize())) {
        LOG.warn(
            "Features that are missing in {} are computed and not stored, because this user cannot"
                + " create files there",
            directory);
      }
      files.scan();
    }

    @Override
    public void put(HashCode image, float[][] outputs) throws IOException {
      if (files.own().isPresent()) {
        Path own = files.own().get();
        requireWithin(cache, own, Files.size(own) + recordBytes);
      }
      files.append(image, outputs);
    }

    void requireStored() throws IOException {
      if (claimed.isEmpty()) {
        return;
      }
      files.scan();
      long lost = claimed.stream().filter(image -> !files.contains(image)).count();
      if (lost > 0) {
        throw new IOException(
            files.own().orElse(directory)
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

  private static void requireHeap(Path directory, long more) throws FileSystemException {
    Runtime heap = Runtime.getRuntime();
    long free = heap.maxMemory() - (heap.totalMemory() - heap.freeMemory());
    if (more > free) {
      throw new FileSystemException(
          directory.toString(),
          null,
          String.format(
              Locale.ROOT,
              "features must be storable or fit into the heap: this user cannot create files in the"
                  + " folder, and %.2f GB must be free for the features, got %.2f GB",
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
    return files.read(image);
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
