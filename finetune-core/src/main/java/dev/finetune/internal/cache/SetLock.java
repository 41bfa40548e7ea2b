package dev.finetune.internal.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Locks on a set of features, between processes and between the threads of one process. The
 * operating system releases them when a process ends.
 *
 * <p>They are locks on two files beside the set. The lock on the first is exclusive and held while
 * features are computed. The lock on the second is shared and held while the set is open. Deleting
 * the set requires exclusive locks on both. A user who may not write these files can still take the
 * shared one, if they may be read.
 */
final class SetLock implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SetLock.class);

  private static final String COMPUTING = ".computing";
  private static final String READING = ".reading";

  /** The locks of this process on one set. Java throws on a second lock on the same file. */
  private static final class Holder {
    final Semaphore computing = new Semaphore(1);
    int readers;
    @Nullable FileChannel channel;
  }

  private static final Map<Path, Holder> HOLDERS = new HashMap<>();

  private final Holder holder;

  private SetLock(Holder holder) {
    this.holder = holder;
  }

  /**
   * A task that runs under a lock.
   *
   * @param <T> the type of its result
   */
  @FunctionalInterface
  interface Task<T> {
    T run() throws IOException;
  }

  /** The lock for computing and appending features. */
  static final class Computing implements AutoCloseable {
    private final Semaphore here;
    private final FileChannel channel;

    private Computing(Semaphore here, FileChannel channel) {
      this.here = here;
      this.channel = channel;
    }

    @Override
    public void close() throws IOException {
      try {
        channel.close();
      } finally {
        here.release();
      }
    }
  }

  /** Runs a task under the lock for computing. Waits while another thread or process holds it. */
  static <T> T computing(Path file, Task<T> task) throws IOException {
    Computing right = toCompute(file);
    try {
      return task.run();
    } finally {
      right.close();
    }
  }

  /** Acquires the lock for computing. Waits while another thread or process holds it. */
  static Computing toCompute(Path file) throws IOException {
    Semaphore here = holder(file).computing;
    here.acquireUninterruptibly();
    try {
      return new Computing(here, locked(file));
    } catch (IOException | RuntimeException e) {
      here.release();
      throw e;
    }
  }

  private static FileChannel locked(Path file) throws IOException {
    FileChannel channel = open(file, COMPUTING);
    try {
      if (!channel.lock().isValid()) {
        throw new IOException(file + ": the lock must be valid, got an invalid one");
      }
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Acquires the lock that keeps a set of this user from being deleted. */
  static SetLock reading(Path file) throws IOException {
    return reading(file, () -> Optional.of(shared(open(file, READING))));
  }

  /**
   * Acquires the lock that keeps a set of another user from being deleted, if its file can be read.
   * Where it cannot, a set that is deleted stays readable for those who have it open, except on
   * Windows, which does not delete it.
   */
  static SetLock readingIfAllowed(Path file) throws IOException {
    return reading(
        file,
        () -> {
          try {
            return Optional.of(
                shared(FileChannel.open(beside(file, READING), StandardOpenOption.READ)));
          } catch (IOException e) {
            LOG.debug("{} is read without a lock", file, e);
            return Optional.empty();
          }
        });
  }

  private static FileChannel shared(FileChannel channel) throws IOException {
    try {
      channel.lock(0, Long.MAX_VALUE, true);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static SetLock reading(Path file, Task<Optional<FileChannel>> opening)
      throws IOException {
    synchronized (HOLDERS) {
      Holder holder = holder(file);
      if (holder.readers == 0) {
        holder.channel = opening.run().orElse(null);
      }
      holder.readers++;
      return new SetLock(holder);
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (HOLDERS) {
      holder.readers--;
      if (holder.readers == 0 && holder.channel != null) {
        holder.channel.close();
        holder.channel = null;
      }
    }
  }

  /**
   * Returns whether this user may write the file of a set and its locks, or create those that do
   * not exist.
   */
  static boolean isWritable(Path file) {
    return of(file).allMatch(SetLock::canWrite);
  }

  private static boolean canWrite(Path file) {
    return Files.exists(file)
        ? Files.isReadable(file) && Files.isWritable(file)
        : Files.isWritable(file.toAbsolutePath().resolveSibling(""));
  }

  /** Returns whether the file of a set or one of its locks exists. */
  static boolean exists(Path file) {
    return of(file).anyMatch(Files::exists);
  }

  private static Stream<Path> of(Path file) {
    return Stream.of(file, beside(file, READING), beside(file, COMPUTING));
  }

  /**
   * Runs a task under both locks if neither is held and this user may write them. Returns whether
   * it ran.
   */
  static boolean ifUnused(Path file, Task<?> task) throws IOException {
    if (!isWritable(file)) {
      return false;
    }
    synchronized (HOLDERS) {
      Holder holder = holder(file);
      if (holder.readers > 0 || !holder.computing.tryAcquire()) {
        return false;
      }
      try (FileChannel computing = open(file, COMPUTING);
          FileChannel reading = open(file, READING);
          FileLock first = computing.tryLock();
          FileLock second = reading.tryLock()) {
        if (first == null || second == null) {
          return false;
        }
        task.run();
        return true;
      } finally {
        holder.computing.release();
      }
    }
  }

  private static Holder holder(Path file) {
    synchronized (HOLDERS) {
      return HOLDERS.computeIfAbsent(file.toAbsolutePath().normalize(), f -> new Holder());
    }
  }

  private static FileChannel open(Path file, String suffix) throws IOException {
    return FileChannel.open(
        beside(file, suffix),
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE);
  }

  private static Path beside(Path file, String suffix) {
    return file.resolveSibling(file.getFileName() + suffix);
  }
}
