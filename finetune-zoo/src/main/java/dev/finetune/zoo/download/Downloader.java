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
 * Gets weight files into the cache directory. A file under its own name there is whole and
 * verified; a partial download ends in {@code .part}, and the next call resumes it.
 */
public final class Downloader {

  /** What is known of a file in the cache. */
  public enum State {
    /** It is not there. */
    ABSENT,
    /** It has the published hash. */
    VERIFIED,
    /** It has another hash, and is not used. */
    DAMAGED
  }

  /**
   * One for each file that was fetched: Java refuses a second lock on a file within one process, so
   * threads queue here first.
   */
  private static final Map<Path, Lock> QUEUES = new ConcurrentHashMap<>();

  private final DownloadOptions options;

  public Downloader(DownloadOptions options) {
    this.options = options;
  }

  /** Whether a file of that name is in the cache; its hash is not looked at. */
  public boolean isCached(WeightFile file) {
    return Files.isRegularFile(place(file));
  }

  /**
   * Hashes the file in the cache, if there is one.
   *
   * @throws IOException if it cannot be read
   */
  public State state(WeightFile file) throws IOException {
    if (!isCached(file)) {
      return State.ABSENT;
    }
    return file.hasHash(file.hashOf(place(file))) ? State.VERIFIED : State.DAMAGED;
  }

  /** Where a file is or would be. */
  public Path place(WeightFile file) {
    return options.cache().resolve(file.name());
  }

  /**
   * The file in the cache, downloaded if it is not there. Threads or processes that ask for one
   * file at once download it once; different files are downloaded at the same time.
   *
   * @throws DownloadException if it cannot be got; no file of that name is left then
   */
  public Path fetch(WeightFile file) throws IOException {
    Path target = place(file);
    if (Files.exists(target)) {
      return verified(file, target);
    }
    if (options.offline()) {
      throw new DownloadException(
          file, options.cache(), "it is not in the cache and the offline switch is on");
    }
    try {
      Files.createDirectories(options.cache());
    } catch (IOException e) {
      throw unwritable(file, "the cache directory cannot be made", e);
    }
    Lock queue = queue(file);
    queue.lock();
    try (FileChannel channel = lockFile(file);
        FileLock held = channel.lock()) {
      if (!held.isValid()) {
        throw new DownloadException(file, options.cache(), "the lock on it was lost");
      }
      return Files.exists(target) ? verified(file, target) : download(file, target);
    } finally {
      queue.unlock();
    }
  }

  /** By the real folder, as it may have other names too. */
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
        what + ": " + e + "; name another one with FINETUNE_CACHE or -Dfinetune.cache",
        e);
  }

  private Path verified(WeightFile file, Path target) throws IOException {
    String hash = file.hashOf(target);
    if (!file.hasHash(hash)) {
      throw new DownloadException(
          file,
          options.cache(),
          "the file in the cache has the "
              + file.algorithm()
              + " sum "
              + hash
              + "; delete it to download it anew");
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
          "what came has the " + file.algorithm() + " sum " + hash + " and was thrown away");
    }
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    return target;
  }
}
