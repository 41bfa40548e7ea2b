package dev.finetune.internal.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Limits the size of a cache folder. */
final class CacheFolder {

  static final String SUFFIX = ".features";

  private static final Logger LOG = LoggerFactory.getLogger(CacheFolder.class);

  private record Entry(Path set, long bytes, long lastUsed) {}

  private CacheFolder() {}

  /**
   * Deletes the least recently used sets until the rest has at most {@code maxBytes}. Sets in use
   * stay, and those that this user may not delete.
   */
  static void trim(Path directory, long maxBytes) throws IOException {
    List<Entry> entries = entries(directory);
    long total = entries.stream().mapToLong(Entry::bytes).sum();
    for (Entry entry : entries) {
      if (total <= maxBytes) {
        return;
      }
      if (deleted(entry.set())) {
        LOG.info(
            "Deleted {}, the least recently used feature set, to keep the cache within {} bytes",
            entry.set(),
            maxBytes);
        total -= entry.bytes();
      }
    }
  }

  /** Deletes a set if it is not in use and this user may. */
  private static boolean deleted(Path set) throws IOException {
    try {
      return SetLock.ifUnused(set, () -> Files.deleteIfExists(set));
    } catch (FileSystemException e) {
      // A folder with the sticky bit keeps the files of other users.
      LOG.debug("{} cannot be deleted", set, e);
      return false;
    }
  }

  /** Returns the sets, the least recently used first. */
  private static List<Entry> entries(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(f -> f.getFileName().toString().endsWith(SUFFIX))
          .flatMap(CacheFolder::entry)
          .sorted(Comparator.comparingLong(Entry::lastUsed))
          .toList();
    }
  }

  private static Stream<Entry> entry(Path set) {
    try {
      return Stream.of(new Entry(set, Files.size(set), Files.getLastModifiedTime(set).toMillis()));
    } catch (NoSuchFileException e) {
      // Another process has just deleted the set.
      return Stream.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
