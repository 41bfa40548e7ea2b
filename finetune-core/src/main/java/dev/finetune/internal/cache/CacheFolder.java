package dev.finetune.internal.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder in which sets of features lie. */
final class CacheFolder {

  static final String SUFFIX = ".features";

  private static final Logger LOG = LoggerFactory.getLogger(CacheFolder.class);

  private record Entry(Path set, long bytes, long lastUsed) {}

  private CacheFolder() {}

  /** Drops the sets unused for longest until the rest fits; those in use stay. */
  static void trim(Path directory, long maxBytes) throws IOException {
    List<Entry> entries = entries(directory);
    long total = entries.stream().mapToLong(Entry::bytes).sum();
    for (Entry entry : entries) {
      if (total <= maxBytes) {
        return;
      }
      if (SetLock.ifUnused(entry.set(), () -> Files.deleteIfExists(entry.set()))) {
        LOG.info("Dropped {}, unused for longest, to keep within {} bytes", entry.set(), maxBytes);
        total -= entry.bytes();
      }
    }
  }

  /** The longest unused first. */
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
      // Another process has just dropped it.
      return Stream.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
