package dev.finetune.zoo.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import com.google.common.util.concurrent.Uninterruptibles;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
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
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests against a real HTTP server that misbehaves as servers do. */
class DownloaderTest {

  private static final byte[] CONTENT = new byte[300_000];

  static {
    new Random(1).nextBytes(CONTENT);
  }

  /** The server's answer to the n-th request, counted from 1. */
  private interface Behaviour {
    void answer(int request, HttpExchange exchange) throws IOException;
  }

  @TempDir Path folder;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private final List<String> ranges = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
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

  /** Announces the whole content and closes the connection after the given number of bytes. */
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
    return DownloadOptions.into(folder.resolve("cache"))
        .attempts(3, Duration.ZERO)
        .progress((file, done, total) -> {});
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
  void should_resume_an_interrupted_transfer() throws IOException {
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
  void should_resume_in_a_later_call() throws IOException {
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
        .hasMessageContainingAll("after 3 attempts", "name a copy as the weight file");
    assertThat(left()).containsExactly("weights.h5.part");

    assertThat(new Downloader(options()).fetch(file())).hasBinaryContent(CONTENT);
    assertThat(left()).containsExactly("weights.h5");
  }

  @Test
  void should_start_again_if_the_server_does_not_support_ranges() throws IOException {
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

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 410})
  void should_not_try_again_after_a_refusal_and_say_what_to_do(int status) throws IOException {
    serve((n, exchange) -> send(exchange, status, new byte[0]));

    assertThatThrownBy(() -> new Downloader(options()).fetch(file()))
        .isInstanceOf(DownloadException.class)
        .hasMessageContainingAll(
            String.valueOf(status),
            file().source().toString(),
            file().hash(),
            folder.resolve("cache/weights.h5").toString());
    assertThat(ranges).hasSize(1);
    assertThat(left()).isEmpty();
  }

  @Test
  void should_delete_a_download_with_the_wrong_hash() throws IOException {
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
    DownloadOptions mirrored = options().mirror(URI.create(base() + "mirror"));
    WeightFile unreachable =
        WeightFile.sha256("weights.h5", URI.create("http://127.0.0.1:1/x"), file().hash());

    assertThat(new Downloader(mirrored).fetch(unreachable)).hasBinaryContent(CONTENT);
    assertThat(ranges).hasSize(2);
  }

  /**
   * The server stops sending in the middle but keeps the connection open. On a slow machine later
   * responses may time out as well, so the number of requests is not fixed.
   */
  @Test
  void should_resume_after_a_server_stops_sending() throws IOException {
    CountDownLatch end = new CountDownLatch(1);
    serve(
        (n, exchange) -> {
          if (n == 1) {
            breakOff(exchange, 100_000);
            Uninterruptibles.awaitUninterruptibly(end);
          } else if (exchange.getRequestHeaders().containsKey("Range")) {
            sendRange(exchange);
          } else {
            send(exchange, 200, CONTENT);
          }
        });

    try {
      DownloadOptions impatient =
          options().attempts(1000, Duration.ZERO).patience(Duration.ofMillis(300));

      assertThat(new Downloader(impatient).fetch(file())).hasBinaryContent(CONTENT);
      assertThat(ranges).hasSizeGreaterThan(1);
    } finally {
      end.countDown();
    }
  }

  @Test
  void should_give_up_on_a_server_that_never_answers() throws IOException {
    CountDownLatch end = new CountDownLatch(1);
    serve((n, exchange) -> Uninterruptibles.awaitUninterruptibly(end));

    try {
      assertThatThrownBy(
              () -> new Downloader(options().patience(Duration.ofMillis(200))).fetch(file()))
          .isInstanceOf(DownloadException.class)
          .hasMessageContainingAll("after 3 attempts", "no response");
      assertThat(left()).isEmpty();
    } finally {
      end.countDown();
    }
  }

  /** The partial file is a link to a device that is always full. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void should_say_that_the_disk_is_full_and_leave_no_file() throws IOException {
    serve((n, exchange) -> send(exchange, 200, CONTENT));
    Files.createDirectories(folder.resolve("cache"));
    Files.createSymbolicLink(folder.resolve("cache/weights.h5.part"), Path.of("/dev/full"));

    assertThatThrownBy(() -> new Downloader(options()).fetch(file()))
        .isInstanceOf(DownloadException.class)
        .hasMessageContainingAll("No space left on device", "free some space", "FINETUNE_CACHE");
    assertThat(ranges).hasSize(1);
    assertThat(folder.resolve("cache/weights.h5")).doesNotExist();
  }

  /** A file larger than any disk is refused before any of it is written. */
  @Test
  void should_check_the_free_space_before_it_writes() throws IOException {
    CountDownLatch end = new CountDownLatch(1);
    serve(
        (n, exchange) -> {
          exchange.sendResponseHeaders(200, 1L << 60);
          exchange.getResponseBody().write(1);
          exchange.getResponseBody().flush();
          Uninterruptibles.awaitUninterruptibly(end);
        });

    try {
      assertThatThrownBy(() -> new Downloader(options()).fetch(file()))
          .isInstanceOf(DownloadException.class)
          .hasMessageContainingAll("MB free", "got");
      assertThat(left()).isEmpty();
    } finally {
      end.countDown();
    }
  }

  /** Not even root may create directories there. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void should_say_that_it_may_not_write() {
    DownloadOptions forbidden = DownloadOptions.into(Path.of("/sys/finetune-cache"));

    assertThatThrownBy(() -> new Downloader(forbidden).fetch(file()))
        .isInstanceOf(DownloadException.class)
        .hasMessageContainingAll("cannot be created", "/sys/finetune-cache", "FINETUNE_CACHE");
    assertThat(ranges).isEmpty();
  }

  @Test
  void should_say_that_a_file_is_in_the_directorys_place() throws IOException {
    Files.writeString(folder.resolve("cache"), "a file");

    assertThatThrownBy(() -> new Downloader(options()).fetch(file()))
        .isInstanceOf(DownloadException.class)
        .hasMessageContaining("cannot be created");
  }

  /** The server acts as the proxy; the host of the file cannot be resolved. */
  @Test
  void should_use_the_proxy() throws IOException {
    serve((n, exchange) -> send(exchange, 200, CONTENT));
    WeightFile elsewhere =
        WeightFile.sha256(
            "weights.h5", URI.create("http://weights.invalid/weights.h5"), file().hash());

    Path got = new Downloader(options().proxy(URI.create(base()))).fetch(elsewhere);

    assertThat(got).hasBinaryContent(CONTENT);
    assertThatThrownBy(() -> options().proxy(URI.create("proxy.example")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("proxy.example", "http://");
  }

  @Test
  void should_take_the_first_digits_of_a_hash() throws IOException {
    serve((n, exchange) -> send(exchange, 200, CONTENT));
    WeightFile right =
        WeightFile.sha256Prefix("weights.h5", file().source(), file().hash().substring(0, 8));
    WeightFile wrong = WeightFile.sha256Prefix("other.h5", file().source(), "00000000");

    assertThat(new Downloader(options()).fetch(right)).hasBinaryContent(CONTENT);
    assertThatThrownBy(() -> new Downloader(options()).fetch(wrong))
        .isInstanceOf(DownloadException.class)
        .hasMessageContaining("it was deleted");
  }

  @Test
  void should_return_the_state_of_the_cache() throws IOException {
    Downloader downloader = new Downloader(options());
    assertThat(downloader.state(file())).isEqualTo(Downloader.State.ABSENT);

    serve((n, exchange) -> send(exchange, 200, CONTENT));
    Path got = downloader.fetch(file());
    assertThat(downloader.state(file())).isEqualTo(Downloader.State.VERIFIED);

    Files.writeString(got, "changed");
    assertThat(downloader.state(file())).isEqualTo(Downloader.State.DAMAGED);
  }

  /** The server holds back the first file until the second one is downloaded. */
  @Test
  void should_download_different_files_at_the_same_time() throws Exception {
    CountDownLatch firstAsked = new CountDownLatch(1);
    CountDownLatch secondCame = new CountDownLatch(1);
    serve(
        (n, exchange) -> {
          if (exchange.getRequestURI().getPath().equals("/weights.h5")) {
            firstAsked.countDown();
            Uninterruptibles.awaitUninterruptibly(secondCame);
          }
          send(exchange, 200, CONTENT);
        });
    WeightFile other =
        WeightFile.sha256("other.h5", URI.create(base() + "other.h5"), file().hash());

    Future<Path> first = threads.submit(() -> new Downloader(options()).fetch(file()));
    try {
      firstAsked.await();
      assertThat(new Downloader(options()).fetch(other)).hasBinaryContent(CONTENT);
      assertThat(first).isNotDone();
    } finally {
      secondCame.countDown();
    }

    assertThat(first.get()).hasBinaryContent(CONTENT);
    assertThat(ranges).hasSize(2);
    assertThat(left()).containsExactlyInAnyOrder("weights.h5", "other.h5");
  }

  /**
   * The server answers when both threads are waiting, one for the server, one for the other thread.
   */
  @Test
  @DisabledOnOs(OS.WINDOWS) // where creating links needs a privilege
  void should_download_once_for_two_threads_whatever_the_folder_is_called() throws Exception {
    Path link =
        Files.createSymbolicLink(folder.resolve("link"), Files.createDirectory(cacheFolder()));
    List<Path> got = Collections.synchronizedList(new ArrayList<>());
    List<Thread> both =
        List.of(
            new Thread(() -> got.add(fetched(options()))),
            new Thread(() -> got.add(fetched(DownloadOptions.into(link)))));
    serve(
        (n, exchange) -> {
          while (both.stream().anyMatch(thread -> !waits(thread))) {
            Thread.onSpinWait();
          }
          send(exchange, 200, CONTENT);
        });

    both.forEach(Thread::start);
    for (Thread thread : both) {
      thread.join();
    }

    assertThat(got).hasSize(2).allSatisfy(path -> assertThat(path).hasBinaryContent(CONTENT));
    assertThat(ranges).hasSize(1);
    assertThat(left()).containsExactly("weights.h5");
  }

  /** A terminated thread counts as waiting, so that it does not block the server. */
  private static boolean waits(Thread thread) {
    return thread.getState() == Thread.State.WAITING
        || thread.getState() == Thread.State.TERMINATED;
  }

  private Path fetched(DownloadOptions options) {
    try {
      return new Downloader(options).fetch(file());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path cacheFolder() {
    return folder.resolve("cache");
  }

  /** The server holds back its only answer until both processes have started. */
  @Test
  void should_download_once_for_two_processes() throws Exception {
    CountDownLatch bothBegan = new CountDownLatch(2);
    server.createContext(
        "/began",
        exchange -> {
          try (exchange) {
            send(exchange, 204, new byte[0]);
            bothBegan.countDown();
          }
        });
    serve(
        (n, exchange) -> {
          Uninterruptibles.awaitUninterruptibly(bothBegan);
          send(exchange, 200, CONTENT);
        });

    Process first = process();
    Process second = process();

    assertThat(first.waitFor()).isZero();
    assertThat(second.waitFor()).isZero();
    assertThat(ranges).hasSize(1);
    assertThat(folder.resolve("cache/weights.h5")).hasBinaryContent(CONTENT);
    assertThat(left()).containsExactly("weights.h5");
  }

  @Test
  void should_resume_after_a_process_was_killed() throws Exception {
    CountDownLatch half = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    server.createContext(
        "/began",
        exchange -> {
          try (exchange) {
            send(exchange, 204, new byte[0]);
          }
        });
    serve(
        (n, exchange) -> {
          if (n == 1) {
            breakOff(exchange, CONTENT.length / 2);
            half.countDown();
            Uninterruptibles.awaitUninterruptibly(end);
          } else if (exchange.getRequestHeaders().containsKey("Range")) {
            sendRange(exchange);
          } else {
            send(exchange, 200, CONTENT);
          }
        });

    Process process = process();
    half.await();
    process.destroyForcibly().waitFor(); // SIGKILL
    end.countDown();

    assertThat(folder.resolve("cache/weights.h5")).doesNotExist();
    assertThat(new Downloader(options()).fetch(file())).hasBinaryContent(CONTENT);
    assertThat(left()).containsExactly("weights.h5");
  }

  private Process process() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            DownloadProcess.class.getName(),
            base(),
            folder.resolve("cache").toString(),
            file().hash())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("out-" + System.nanoTime()).toFile())
        .start();
  }

  @Test
  void should_send_no_request_when_offline() {
    DownloadOptions offline = options().offline(true);

    assertThatThrownBy(() -> new Downloader(offline).fetch(file()))
        .isInstanceOf(DownloadException.class)
        .hasMessageContainingAll("offline", "weights.h5");
    assertThat(ranges).isEmpty();
  }

  @Test
  void should_report_progress_up_to_the_end() throws IOException {
    serve((n, exchange) -> send(exchange, 200, CONTENT));
    List<Long> done = new ArrayList<>();
    DownloadOptions told =
        options()
            .progress(
                (file, bytes, total) -> {
                  assertThat(total).isEqualTo(CONTENT.length);
                  done.add(bytes);
                });

    new Downloader(told).fetch(file());

    assertThat(done).isSorted().endsWith((long) CONTENT.length);
  }
}
