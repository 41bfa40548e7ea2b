package dev.finetune.zoo.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real HTTP server that misbehaves in the ways that servers do. */
class DownloaderTest {

  private static final byte[] CONTENT = new byte[300_000];

  static {
    new Random(1).nextBytes(CONTENT);
  }

  /** Answers the n-th request, from 1. */
  private interface Behaviour {
    void answer(int request, HttpExchange exchange) throws IOException;
  }

  @TempDir Path folder;
  private HttpServer server;
  private final List<String> ranges = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void serve(Behaviour behaviour) {
    server.createContext(
        "/",
        exchange -> {
          String range = exchange.getRequestHeaders().getFirst("Range");
          ranges.add(String.valueOf(range));
          try (exchange) {
            behaviour.answer(ranges.size(), exchange);
          }
        });
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  private static void sendRange(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = Integer.parseInt(range.replaceAll("\\D", ""));
    send(exchange, 206, Arrays.copyOfRange(CONTENT, from, CONTENT.length));
  }

  /** Promises everything and hangs up after so many bytes. */
  private static void breakOff(HttpExchange exchange, int after) throws IOException {
    exchange.sendResponseHeaders(200, CONTENT.length);
    OutputStream out = exchange.getResponseBody();
    out.write(CONTENT, 0, after);
    out.flush();
  }

  private String base() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  private WeightFile file() {
    return WeightFile.sha256(
        "weights.h5",
        URI.create(base() + "weights.h5"),
        Hashing.sha256().hashBytes(CONTENT).toString());
  }

  private DownloadOptions options() {
    return new DownloadOptions(
        folder.resolve("cache"), false, Optional.empty(), 3, Duration.ZERO, (f, done, total) -> {});
  }

  private List<String> left() throws IOException {
    if (!Files.exists(folder.resolve("cache"))) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.endsWith(".lock"))
          .toList();
    }
  }

  @Test
  void should_download_once() throws IOException {
    serve((n, exchange) -> send(exchange, 200, CONTENT));

    Path first = new Downloader(options()).fetch(file());
    new Downloader(options()).fetch(file());

    assertThat(first).hasBinaryContent(CONTENT);
    assertThat(ranges).hasSize(1);
    assertThat(left()).containsExactly("weights.h5");
  }

  @Test
  void should_go_on_where_a_transfer_broke_off() throws IOException {
    serve(
        (n, exchange) -> {
          if (n == 1) {
            breakOff(exchange, 100_000);
          } else {
            sendRange(exchange);
          }
        });

    Path got = new Downloader(options()).fetch(file());

    assertThat(got).hasBinaryContent(CONTENT);
    assertThat(ranges).hasSize(2);
    assertThat(ranges.get(1)).matches("bytes=[1-9]\\d*-");
  }

  @Test
  void should_go_on_in_a_later_call() throws IOException {
    serve(
        (n, exchange) -> {
          if (n <= 3) {
            breakOff(exchange, 50_000 * n);
          } else {
            sendRange(exchange);
          }
        });

    assertThatThrownBy(() -> new Downloader(options()).fetch(file()))
        .isInstanceOf(DownloadException.class)
        .hasMessageContainingAll("after 3 attempts", "weights(path)");
    assertThat(left()).containsExactly("weights.h5.part");

    assertThat(new Downloader(options()).fetch(file())).hasBinaryContent(CONTENT);
    assertThat(left()).containsExactly("weights.h5");
  }

  @Test
  void should_start_again_where_a_server_knows_no_ranges() throws IOException {
    serve(
        (n, exchange) -> {
          if (n == 1) {
            breakOff(exchange, 100_000);
          } else {
            send(exchange, 200, CONTENT);
          }
        });

    assertThat(new Downloader(options()).fetch(file())).hasBinaryContent(CONTENT);
  }

  @Test
  void should_try_again_after_a_servers_fault() throws IOException {
    serve(
        (n, exchange) -> {
          if (n < 3) {
            send(exchange, 500, new byte[0]);
          } else {
            send(exchange, 200, CONTENT);
          }
        });

    assertThat(new Downloader(options()).fetch(file())).hasBinaryContent(CONTENT);
    assertThat(ranges).hasSize(3);
  }

  @Test
  void should_not_try_again_after_a_refusal_and_say_what_to_do() throws IOException {
    serve((n, exchange) -> send(exchange, 404, new byte[0]));

    assertThatThrownBy(() -> new Downloader(options()).fetch(file()))
        .isInstanceOf(DownloadException.class)
        .hasMessageContainingAll(
            "404",
            file().source().toString(),
            file().hash(),
            folder.resolve("cache/weights.h5").toString());
    assertThat(ranges).hasSize(1);
    assertThat(left()).isEmpty();
  }

  @Test
  void should_throw_wrong_content_away() throws IOException {
    byte[] other = CONTENT.clone();
    other[1234] ^= 1;
    serve((n, exchange) -> send(exchange, 200, other));

    assertThatThrownBy(() -> new Downloader(options()).fetch(file()))
        .isInstanceOf(DownloadException.class)
        .hasMessageContaining(Hashing.sha256().hashBytes(other).toString());
    assertThat(left()).isEmpty();
  }

  @Test
  void should_refuse_a_cached_file_that_has_changed() throws IOException {
    Files.createDirectories(folder.resolve("cache"));
    Files.writeString(folder.resolve("cache/weights.h5"), "changed");

    assertThatThrownBy(() -> new Downloader(options()).fetch(file()))
        .isInstanceOf(DownloadException.class)
        .hasMessageContaining("delete it");
  }

  @Test
  void should_follow_redirects_and_take_the_mirror() throws IOException {
    serve(
        (n, exchange) -> {
          if (exchange.getRequestURI().getPath().equals("/mirror/weights.h5")) {
            exchange.getResponseHeaders().add("Location", base() + "elsewhere");
            send(exchange, 302, new byte[0]);
          } else {
            send(exchange, 200, CONTENT);
          }
        });
    DownloadOptions mirrored =
        new DownloadOptions(
            folder.resolve("cache"),
            false,
            Optional.of(URI.create(base() + "mirror")),
            1,
            Duration.ZERO,
            (f, done, total) -> {});
    WeightFile unreachable =
        WeightFile.sha256("weights.h5", URI.create("http://127.0.0.1:1/x"), file().hash());

    assertThat(new Downloader(mirrored).fetch(unreachable)).hasBinaryContent(CONTENT);
    assertThat(ranges).hasSize(2);
  }

  @Test
  void should_ask_nobody_when_offline() {
    DownloadOptions offline =
        new DownloadOptions(
            folder.resolve("cache"), true, Optional.empty(), 3, Duration.ZERO, (f, d, t) -> {});

    assertThatThrownBy(() -> new Downloader(offline).fetch(file()))
        .isInstanceOf(DownloadException.class)
        .hasMessageContainingAll("offline", "weights.h5");
    assertThat(ranges).isEmpty();
  }

  @Test
  void should_tell_progress_up_to_the_whole() throws IOException {
    serve((n, exchange) -> send(exchange, 200, CONTENT));
    List<Long> done = new ArrayList<>();
    DownloadOptions told =
        new DownloadOptions(
            folder.resolve("cache"),
            false,
            Optional.empty(),
            1,
            Duration.ZERO,
            (file, bytes, total) -> {
              assertThat(total).isEqualTo(CONTENT.length);
              done.add(bytes);
            });

    new Downloader(told).fetch(file());

    assertThat(done).isSorted().endsWith((long) CONTENT.length);
  }
}
