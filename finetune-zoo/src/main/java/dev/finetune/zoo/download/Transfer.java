package dev.finetune.zoo.download;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A transfer of a file into a partial file in the cache. An interrupted transfer is resumed. */
final class Transfer {

  private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);
  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  /** A failure that another attempt would not change, such as a missing file or a full disk. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }

    Refused(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private final DownloadOptions options;
  private final HttpClient client;

  Transfer(DownloadOptions options) {
    this.options = options;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(Duration.ofSeconds(30));
    options
        .proxy()
        .map(proxy -> ProxySelector.of(new InetSocketAddress(proxy.getHost(), proxy.getPort())))
        .ifPresent(builder::proxy);
    this.client = builder.build();
  }

  /**
   * Downloads until the partial file is complete. Transfer errors are retried, refusals are not.
   */
  void into(WeightFile file, Path part) throws IOException {
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
              "after " + attempt + " attempts: " + e + " (the next call resumes the download)",
              e);
        }
        LOG.info("{}: download attempt {} failed: {}", file.name(), attempt, e.toString());
        pause(attempt);
      }
    }
  }

  private void request(WeightFile file, Path part) throws IOException {
    long have = Files.exists(part) ? Files.size(part) : 0;
    HttpRequest.Builder request = HttpRequest.newBuilder(address(file)).timeout(options.patience());
    if (have > 0) {
      request.header("Range", "bytes=" + have + "-");
    }
    HttpResponse<InputStream> response = send(request.build());
    try (InputStream body = response.body()) {
      int status = response.statusCode();
      if (status == RANGE_NOT_SATISFIABLE) {
        Files.delete(part);
        throw new IOException("the server has no data from byte " + have + " on");
      }
      if (status != OK && status != PARTIAL) {
        String reason = "the server answered " + status + " for " + response.uri();
        throw status < 500 ? new Refused(reason) : new IOException(reason);
      }
      // A server without support for ranges sends everything again.
      boolean resumed = status == PARTIAL && have > 0;
      copy(file, body, part, resumed ? have : 0, response);
    }
  }

  private void copy(
      WeightFile file, InputStream body, Path part, long from, HttpResponse<?> response)
      throws IOException {
    OptionalLong length = response.headers().firstValueAsLong("Content-Length");
    long total = length.isPresent() ? from + length.getAsLong() : -1;
    requireSpace(part, total - from);
    long done = from;
    try (Watchdog watchdog = new Watchdog(options.patience(), body);
        OutputStream out = open(part, from > 0)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = watchdog.read(buffer); n >= 0; n = watchdog.read(buffer)) {
        write(out, buffer, n, part);
        done += n;
        options.progress().at(file, done, total);
      }
    }
    if (total >= 0 && done != total) {
      throw new IOException("the transfer ended at byte " + done + " of " + total);
    }
  }

  private void requireSpace(Path part, long needed) throws IOException {
    long free = Files.getFileStore(options.cache()).getUsableSpace();
    if (needed > free) {
      throw new Refused(
          String.format(
              "the disk of %s must have %d MB free, got %d MB; %s",
              part.getParent(), needed / 1_000_000, free / 1_000_000, otherCache()));
    }
  }

  private OutputStream open(Path part, boolean append) throws Refused {
    try {
      return append
          ? Files.newOutputStream(part, StandardOpenOption.APPEND)
          : Files.newOutputStream(part);
    } catch (IOException e) {
      throw new Refused(part + " cannot be written: " + e + "; " + otherCache(), e);
    }
  }

  private void write(OutputStream out, byte[] buffer, int count, Path part) throws Refused {
    try {
      out.write(buffer, 0, count);
    } catch (IOException e) {
      throw new Refused(part + " cannot be written: " + e.getMessage() + "; " + otherCache(), e);
    }
  }

  private static String otherCache() {
    return "free some space, or set another directory with FINETUNE_CACHE or -Dfinetune.cache";
  }

  private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (HttpTimeoutException e) {
      throw new IOException("no response from " + request.uri() + " in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refused("the thread was interrupted");
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
      throw new Refused("the thread was interrupted");
    }
  }
}
