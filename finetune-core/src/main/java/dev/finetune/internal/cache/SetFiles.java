package dev.finetune.internal.cache;

import com.google.common.hash.HashCode;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one set that a process has open. It appends to one file and reads all.
 *
 * <p>Several users may share a folder without the right to write to each other's files. The first
 * one appends to {@code KEY.features}, the next one to {@code KEY.1.features}, and so on. A process
 * that may write none of them and create none keeps what it computes in the heap.
 */
final class SetFiles implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SetFiles.class);

  /** A file and the lock that keeps it from being deleted. */
  private record Locked(Path file, FeatureFile records, SetLock lock) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      try {
        records.close();
      } finally {
        lock.close();
      }
    }
  }

  private final @Nullable Locked own;
  private final List<Locked> others;
  private final Records growing;

  private SetFiles(@Nullable Locked own, List<Locked> others, RecordLayout layout) {
    this.own = own;
    this.others = others;
    this.growing = own == null ? new HeapRecords(layout) : own.records();
  }

  /**
   * Opens the files of a set in a folder, and creates one if none can be written.
   *
   * @throws IOException if the folder cannot be listed, or a file that may be read or written
   *     cannot
   */
  static SetFiles open(Path directory, HashCode key, RecordLayout layout) throws IOException {
    @Nullable Locked own = own(directory, key, layout);
    List<Locked> others = new ArrayList<>();
    try {
      for (Path file : files(directory, key)) {
        if (own == null || !file.equals(own.file())) {
          other(file, layout).ifPresent(others::add);
        }
      }
    } catch (IOException | RuntimeException e) {
      new SetFiles(own, others, layout).close();
      throw e;
    }
    return new SetFiles(own, others, layout);
  }

  private static @Nullable Locked own(Path directory, HashCode key, RecordLayout layout)
      throws IOException {
    for (int number = 0; ; number++) {
      Path file = directory.resolve(key + (number == 0 ? "" : "." + number) + CacheFolder.SUFFIX);
      if (SetLock.isWritable(file)) {
        try {
          return opened(file, SetLock.reading(file), layout);
        } catch (AccessDeniedException e) {
          // Another user has just created it, or the system protects files in shared folders.
          LOG.debug("{} cannot be written", file, e);
        }
      }
      if (!SetLock.exists(file)) {
        return null;
      }
    }
  }

  private static Locked opened(Path file, SetLock lock, RecordLayout layout) throws IOException {
    try {
      return new Locked(file, SetLock.computing(file, () -> FeatureFile.open(file, layout)), lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Opens a file of another user; empty if it cannot be read. */
  private static Optional<Locked> other(Path file, RecordLayout layout) throws IOException {
    SetLock lock = SetLock.readingIfAllowed(file);
    try {
      return Optional.of(new Locked(file, FeatureFile.openToRead(file, layout), lock));
    } catch (AccessDeniedException | NoSuchFileException e) {
      // Not for this user, or another process has just deleted it.
      LOG.debug("{} cannot be read", file, e);
      lock.close();
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static List<Path> files(Path directory, HashCode key) throws IOException {
    Pattern name = Pattern.compile(key + "(\\.\\d+)?" + Pattern.quote(CacheFolder.SUFFIX));
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> name.matcher(String.valueOf(file.getFileName())).matches())
          .sorted()
          .toList();
    }
  }

  /** Returns the file that this process appends to; empty if that is the heap. */
  Optional<Path> own() {
    return Optional.ofNullable(own).map(Locked::file);
  }

  /** Returns all files that this process reads. */
  Stream<Path> paths() {
    return Stream.concat(own().stream(), others.stream().map(Locked::file));
  }

  private Stream<Records> all() {
    return Stream.concat(Stream.of(growing), others.stream().map(Locked::records));
  }

  /** Returns whether a scan found features of an image. */
  boolean contains(HashCode image) {
    return all().anyMatch(records -> records.images().contains(image));
  }

  /** Returns the number of images with features. */
  int size() {
    return (int) all().flatMap(records -> records.images().stream()).distinct().count();
  }

  /**
   * Returns the features of an image, one buffer per output.
   *
   * @throws IllegalStateException if there are none
   */
  FloatBuffer[] read(HashCode image) {
    return all()
        .filter(records -> records.images().contains(image))
        .findFirst()
        .orElse(growing)
        .read(image);
  }

  /** Finds what was appended since the last scan. */
  void scan() throws IOException {
    growing.scan();
    for (Locked other : others) {
      other.records().scan();
    }
  }

  /** Appends the features of an image. They can be read after the next {@link #scan}. */
  void append(HashCode image, float[][] outputs) throws IOException {
    growing.append(image, outputs);
  }

  /** Closes the files. Buffers that were read stay valid. */
  @Override
  public void close() throws IOException {
    @Nullable IOException failure = null;
    for (Locked each :
        own == null ? others : Stream.concat(Stream.of(own), others.stream()).toList()) {
      try {
        each.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    growing.close();
    if (failure != null) {
      throw failure;
    }
  }
}
