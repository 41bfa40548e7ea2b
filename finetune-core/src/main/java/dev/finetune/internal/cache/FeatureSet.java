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

  /** Computes features and hands them to a sink, in any order. */
  @FunctionalInterface
  public interface Computation {
    void compute(List<HashCode> missing, Sink sink) throws IOException;
  }

  /** Takes features as they are computed. */
  @FunctionalInterface
  public interface Sink {
    void put(HashCode image, float[][] outputs) throws IOException;
  }

  private final FeatureFile file;
  private final SetLock lock;

  private FeatureSet(FeatureFile file, SetLock lock) {
    this.file = file;
    this.lock = lock;
  }

  /**
   * The features of these images; those that are not there are computed and added. If another
   * process is at it, waits for that.
   *
   * @param key of all that features depend on but the image
   * @param sizes how many values each output has
   * @param images their keys
   */
  public static FeatureSet of(
      FeatureCache cache,
      HashCode key,
      List<Integer> sizes,
      List<HashCode> images,
      Computation computation)
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
      FeatureCache cache,
      Path set,
      RecordLayout layout,
      List<HashCode> images,
      Computation computation)
      throws IOException {
    FeatureFile file = FeatureFile.open(set, layout);
    try {
      complete(cache, set, file, layout, images, computation);
      Files.setLastModifiedTime(set, FileTime.from(Instant.now()));
      CacheFolder.trim(set.toAbsolutePath().getParent(), cache.maxBytes());
      return file;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static void complete(
      FeatureCache cache,
      Path set,
      FeatureFile file,
      RecordLayout layout,
      List<HashCode> images,
      Computation computation)
      throws IOException {
    List<HashCode> missing = images.stream().distinct().filter(i -> !file.contains(i)).toList();
    LOG.info(
        "Features: {} of {} images are in {}", images.size() - missing.size(), images.size(), set);
    if (missing.isEmpty()) {
      return;
    }
    requireSpace(cache, set, (long) missing.size() * FeatureFile.recordBytes(layout));
    computation.compute(missing, file::append);
    file.scan();
    List<HashCode> still = missing.stream().filter(i -> !file.contains(i)).toList();
    if (!still.isEmpty()) {
      throw new IOException(set + ": the features of " + still.size() + " images were not stored");
    }
  }

  private static void requireSpace(FeatureCache cache, Path set, long more) throws IOException {
    long size = Files.size(set) + more;
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
