package dev.finetune.zoo.download;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A downloader of weight files into a cache directory. A file under its own name there was complete
 * and verified when it was downloaded. A partial download ends in {@code .part}, and the next call
 * resumes it. Safe to use from several threads and processes.
 */
public final class Downloader {

  /** The state of a file in the cache. */
  public enum State {
    /** The file is not in the cache. */
    ABSENT,
    /** The file has the published hash. */
    VERIFIED,
    /** The file has another hash; it is not used. */
    DAMAGED
  }

  /**
   * One lock per file that was fetched. Java refuses a second file lock within one process, so
   * threads wait for these locks first.
   */
  private static final Map<Path, Lock> QUEUES = new ConcurrentHashMap<>();

  private final DownloadOptions options;

  /**
   * Creates a downloader.
   *
   * @param options the download settings
   */
  public Downloader(DownloadOptions options) {
    this.options = options;
  }

  /**
   * Returns whether a file of that name is in the cache. Its hash is not checked.
   *
   * @param file the file to look for
   * @return whether it is in the cache
   */
  public boolean isCached(WeightFile file) {
    return Files.isRegularFile(place(file));
  }

  /**
   * Checks the hash of a file in the cache.
   *
   * @param file the file to check
   * @return its state
   * @throws IOException if the file in the cache cannot be read
   */
  public State state(WeightFile file) throws IOException {
    if (!isCached(file)) {
      return State.ABSENT;
    }
    return file.hasHash(file.hashOf(place(file))) ? State.VERIFIED : State.DAMAGED;
  }

  /**
   * Returns the place of a file in the cache, whether or not it exists.
   *
   * @param file the file
   * @return its path
   */
  public Path place(WeightFile file) {
    return options.cache().resolve(file.name());
  }

  /**
   * Downloads a file unless it is in the cache, and verifies its hash in both cases. If several
   * threads or processes fetch one file at the same time, it is downloaded once; different files
   * are downloaded concurrently.
   *
   * @param file the file to fetch
   * @return its path in the cache
   * @throws DownloadException if the file cannot be downloaded, if the thread is interrupted, or if
   *     the download or the file in the cache has the wrong hash. A download with the wrong hash is
   *     deleted, a damaged file in the cache is not
   * @throws IOException if the cache directory or the file in it cannot be read
   */
  public Path fetch(WeightFile file) throws IOException {
    Path target = place(file);
    if (Files.exists(target)) {
      return verified(file, target);
    }
    if (options.offline()) {
      throw new DownloadException(
          file, options.cache(), "the file is not in the cache, and the offline setting is on");
    }
    try {
      Files.createDirectories(options.cache());
    } catch (IOException e) {
      throw unwritable(file, "the cache directory cannot be created", e);
    }
    Lock queue = queue(file);
    queue.lock();
    try (FileChannel channel = lockFile(file);
        FileLock held = channel.lock()) {
      if (!held.isValid()) {
        throw new DownloadException(file, options.cache(), "the lock on the file was lost");
      }
      return Files.exists(target) ? verified(file, target) : download(file, target);
    } finally {
      queue.unlock();
    }
  }

  /** Returns the lock for a file, by the real path of the cache, which may have several names. */
  private Lock queue(WeightFile file) throws IOException {
    Path place = options.cache().toRealPath().resolve(file.name());
    return QUEUES.computeIfAbsent(place, path -> new ReentrantLock());
  }

  private FileChannel lockFile(WeightFile file) throws DownloadException {
    try {
      return FileChannel.open(
          options.cache().resolve(file.name() + ".lock"),
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw unwritable(file, "the cache directory cannot be written", e);
    }
  }

  private DownloadException unwritable(WeightFile file, String what, IOException e) {
    return new DownloadException(
        file,
        options.cache(),
        what + ": " + e + "; set another one with FINETUNE_CACHE or -Dfinetune.cache",
        e);
  }

  private Path verified(WeightFile file, Path target) throws IOException {
    String hash = file.hashOf(target);
    if (!file.hasHash(hash)) {
      throw new DownloadException(
          file,
          options.cache(),
          "the file in the cache must have the published hash, got "
              + file.algorithm()
              + " "
              + hash
              + "; delete it to download it again");
    }
    return target;
  }

  private Path download(WeightFile file, Path target) throws IOException {
    Path part = options.cache().resolve(file.name() + ".part");
    new Transfer(options).into(file, part);
    String hash = file.hashOf(part);
    if (!file.hasHash(hash)) {
      Files.delete(part);
      throw new DownloadException(
          file,
          options.cache(),
          "the download must have the published hash, got "
              + file.algorithm()
              + " "
              + hash
              + "; it was deleted");
    }
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    return target;
  }
}
