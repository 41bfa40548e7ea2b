package dev.finetune.zoo.download;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A reader of a response that closes it when no data arrives for too long. Java's HTTP client has a
 * timeout only for the start of a response.
 */
final class Watchdog implements AutoCloseable {

  private final Duration patience;
  private final InputStream body;
  private final AtomicBoolean stalled = new AtomicBoolean();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "finetune-download-watchdog");
            thread.setDaemon(true);
            return thread;
          });

  Watchdog(Duration patience, InputStream body) {
    this.patience = patience;
    this.body = body;
  }

  /**
   * Reads like {@link InputStream#read(byte[])}.
   *
   * @throws IOException if reading fails, or no data arrives for too long
   */
  int read(byte[] buffer) throws IOException {
    ScheduledFuture<?> alarm =
        timer.schedule(this::giveUp, patience.toMillis(), TimeUnit.MILLISECONDS);
    try {
      int count = body.read(buffer);
      if (stalled.get()) {
        throw new IOException("no data arrived for " + patience.toMillis() + " ms");
      }
      return count;
    } catch (IOException e) {
      if (stalled.get()) {
        throw new IOException("no data arrived for " + patience.toMillis() + " ms", e);
      }
      throw e;
    } finally {
      alarm.cancel(false);
    }
  }

  private void giveUp() {
    stalled.set(true);
    try {
      body.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
