package dev.finetune.zoo.download;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Gets weight files into the cache directory. A file under its own name there is whole and
 * verified; what is under way has the ending {@code .part} and is gone on with by the next call.
 */
public final class Downloader {

  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final DownloadOptions options;
  private final HttpClient client;

  public Downloader(DownloadOptions options) {
    this.options = options;
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(Duration.ofSeconds(30))
            .build();
  }

  /**
   * The file in the cache, downloaded if it is not there. Two processes that ask at once download
   * it once.
   *
   * @throws DownloadException if it cannot be got; no file of that name is left then
   */
  public Path fetch(WeightFile file) throws IOException {
    Path target = options.cache().resolve(file.name());
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
      throw new DownloadException(
          file, options.cache(), "the cache directory cannot be made: " + e, e);
    }
    Path lock = options.cache().resolve(file.name() + ".lock");
    // Within one process a second lock on a file is an error, so threads queue first.
    synchronized (Downloader.class) {
      try (FileChannel channel =
              FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = channel.lock()) {
        if (!held.isValid()) {
          throw new DownloadException(file, options.cache(), "the lock file was lost: " + lock);
        }
        return Files.exists(target) ? verified(file, target) : download(file, target);
      }
    }
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
    transfer(file, part);
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

  /** Tries until the part is whole; a server's refusal is final, a broken transfer is not. */
  private void transfer(WeightFile file, Path part) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        request(file, part);
        return;
      } catch (Refused e) {
        throw new DownloadException(file, options.cache(), String.valueOf(e.getMessage()), e);
      } catch (IOException e) {
        if (attempt >= options.attempts()) {
          throw new DownloadException(
              file,
              options.cache(),
              "after " + attempt + " attempts: " + e + " (the next call goes on from here)",
              e);
        }
        pause(attempt);
      }
    }
  }

  private void request(WeightFile file, Path part) throws IOException {
    long have = Files.exists(part) ? Files.size(part) : 0;
    HttpRequest.Builder request = HttpRequest.newBuilder(address(file));
    if (have > 0) {
      request.header("Range", "bytes=" + have + "-");
    }
    HttpResponse<InputStream> response = send(request.build());
    try (InputStream body = response.body()) {
      int status = response.statusCode();
      if (status == RANGE_NOT_SATISFIABLE) {
        Files.delete(part);
        throw new IOException("the server has nothing at byte " + have);
      }
      if (status != OK && status != PARTIAL) {
        String reason = "the server answered " + status + " for " + response.uri();
        throw status < 500 ? new Refused(reason) : new IOException(reason);
      }
      // A server that knows no ranges sends everything again.
      boolean resumed = status == PARTIAL && have > 0;
      copy(file, body, part, resumed ? have : 0, response);
    }
  }

  private void copy(
      WeightFile file, InputStream body, Path part, long from, HttpResponse<?> response)
      throws IOException {
    OptionalLong length = response.headers().firstValueAsLong("Content-Length");
    long total = length.isPresent() ? from + length.getAsLong() : -1;
    long done = from;
    try (OutputStream out =
        from > 0
            ? Files.newOutputStream(part, StandardOpenOption.APPEND)
            : Files.newOutputStream(part)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
        out.write(buffer, 0, n);
        done += n;
        options.progress().at(file, done, total);
      }
    }
    if (total >= 0 && done != total) {
      throw new IOException("the transfer broke off at byte " + done + " of " + total);
    }
  }

  private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refused("interrupted");
    }
  }

  private URI address(WeightFile file) {
    return options
        .mirror()
        .map(base -> URI.create(base + (base.toString().endsWith("/") ? "" : "/") + file.name()))
        .orElse(file.source());
  }

  private void pause(int attempt) throws IOException {
    try {
      Thread.sleep(options.pause().toMillis() << (attempt - 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refused("interrupted");
    }
  }

  /** An answer that another attempt will not change. */
  private static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }
}
