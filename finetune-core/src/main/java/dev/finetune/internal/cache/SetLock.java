package dev.finetune.internal.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Locks on a set of features, between processes and within one. The operating system gives them
 * back when a process dies.
 *
 * <p>They are bytes of a file beside the set: the first is held by who computes, the second,
 * shared, by all who read. A set is dropped by who gets both.
 */
final class SetLock implements AutoCloseable {

  private static final String COMPUTING = ".computing";
  private static final String READING = ".reading";

  /** What this process holds of one file; Java refuses a second lock on the same bytes. */
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

  /** What is done under a lock. */
  @FunctionalInterface
  interface Task<T> {
    T run() throws IOException;
  }

  /** The right to compute and append. */
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

  /** Runs with the right to compute and append; waits while another thread or process has it. */
  static <T> T computing(Path file, Task<T> task) throws IOException {
    Computing right = toCompute(file);
    try {
      return task.run();
    } finally {
      right.close();
    }
  }

  /** Takes the right to compute and append; waits while another thread or process has it. */
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
        throw new IOException(file + ": the lock was lost");
      }
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Keeps the set from being dropped. */
  static SetLock reading(Path file) throws IOException {
    synchronized (HOLDERS) {
      Holder holder = holder(file);
      if (holder.readers == 0) {
        FileChannel channel = open(file, READING);
        holder.channel = channel;
        channel.lock(0, Long.MAX_VALUE, true);
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

  /** Runs with both locks if nobody has either; returns whether it did. */
  static boolean ifUnused(Path file, Task<?> task) throws IOException {
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
        file.resolveSibling(file.getFileName() + suffix),
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE);
  }
}
