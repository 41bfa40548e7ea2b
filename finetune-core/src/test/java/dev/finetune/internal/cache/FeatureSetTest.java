package dev.finetune.internal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.finetune.train.FeatureCache;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uses real files, and real processes that are killed or compute at the same time. */
class FeatureSetTest {

  private static final List<Integer> SIZES = List.of(40, 3);
  private static final HashCode SET = Hashing.sha256().hashInt(1);
  private static final long HEADER = 64;

  /** 43 float32 values padded to a multiple of 64 bytes, and 64 bytes for key and checksum. */
  private static final long RECORD = 192 + 64;

  @TempDir Path directory;

  /** jqwik does not support TempDir. */
  @BeforeTry
  void make() throws IOException {
    directory = Files.createTempDirectory("features");
  }

  @AfterTry
  void remove() throws IOException {
    MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
  }

  private static HashCode image(int number) {
    return Hashing.sha256().hashInt(number);
  }

  private static List<HashCode> images(int count) {
    return IntStream.range(0, count).mapToObj(FeatureSetTest::image).toList();
  }

  private static List<HashCode> missing(FeatureSet.Store store, int count) {
    return images(count).stream().filter(image -> !store.contains(image)).toList();
  }

  private static float[][] features(HashCode image) {
    float[][] outputs = {new float[SIZES.get(0)], new float[SIZES.get(1)]};
    for (float[] output : outputs) {
      for (int i = 0; i < output.length; i++) {
        output[i] = image.asInt() / (i + 7f);
      }
    }
    return outputs;
  }

  /** Opens the set, computes missing features, and returns their number. */
  private int complete(FeatureCache cache, HashCode key, int count) throws IOException {
    List<HashCode> computed = new ArrayList<>();
    try (FeatureSet set =
        FeatureSet.of(
            cache,
            key,
            SIZES,
            count,
            store -> {
              for (HashCode image : missing(store, count)) {
                if (store.claim(image)) {
                  store.put(image, features(image));
                  computed.add(image);
                }
              }
            })) {
      for (HashCode image : images(count)) {
        assertThat(values(set.read(image))).containsExactly(values(features(image)));
      }
    }
    return computed.size();
  }

  private static float[] values(FloatBuffer[] outputs) {
    float[] all = new float[43];
    outputs[0].get(all, 0, 40);
    outputs[1].get(all, 40, 3);
    return all;
  }

  private static float[] values(float[][] outputs) {
    return values(new FloatBuffer[] {FloatBuffer.wrap(outputs[0]), FloatBuffer.wrap(outputs[1])});
  }

  private Path file(HashCode key) {
    return directory.resolve(key + ".features");
  }

  @Test
  void should_compute_only_what_is_not_there() throws IOException {
    FeatureCache cache = FeatureCache.at(directory);

    assertThat(complete(cache, SET, 5)).isEqualTo(5);
    assertThat(complete(cache, SET, 5)).isZero();
    assertThat(complete(cache, SET, 8)).isEqualTo(3);
    assertThat(complete(cache, Hashing.sha256().hashInt(2), 5)).isEqualTo(5);
    assertThat(Files.size(file(SET))).isEqualTo(HEADER + 8 * RECORD);
  }

  /** A process that is killed while it writes can truncate the file anywhere. */
  @Property(tries = 60, seed = "42")
  void should_redo_what_is_cut_off(@ForAll @IntRange(max = 64 + 3 * 256) int length)
      throws IOException {
    complete(FeatureCache.at(directory), SET, 3);
    try (RandomAccessFile file = new RandomAccessFile(file(SET).toFile(), "rw")) {
      file.setLength(length);
    }

    int whole = length < HEADER ? 0 : (int) ((length - HEADER) / RECORD);
    assertThat(complete(FeatureCache.at(directory), SET, 3)).isEqualTo(3 - whole);
    assertThat(Files.size(file(SET))).isEqualTo(HEADER + 3 * RECORD);
  }

  /** A disk error or power failure can change any byte of a record. */
  @Property(tries = 60, seed = "42")
  void should_redo_what_is_damaged(@ForAll @IntRange(max = 3 * 256 - 1) int at) throws IOException {
    complete(FeatureCache.at(directory), SET, 3);
    boolean unused = at % RECORD >= 192 + 32 + 4;
    try (RandomAccessFile file = new RandomAccessFile(file(SET).toFile(), "rw")) {
      file.seek(HEADER + at);
      int value = file.read();
      file.seek(HEADER + at);
      file.write(value ^ 0x10);
    }

    assertThat(complete(FeatureCache.at(directory), SET, 3)).isEqualTo(unused ? 0 : 1);
  }

  @Test
  void should_halve_the_space_with_float16() throws IOException {
    HashCode image = image(1);
    try (FeatureSet set =
        FeatureSet.of(
            FeatureCache.at(directory).float16(),
            SET,
            SIZES,
            1,
            store -> {
              assertThat(store.claim(image)).isTrue();
              assertThat(store.claim(image)).isFalse();
              store.put(image, new float[][] {new float[40], {0.1f, 1, -2.5f}});
            })) {
      assertThat(values(set.read(image))).endsWith(0.099975586f, 1, -2.5f);
    }
    assertThat(Files.size(file(SET))).isEqualTo(HEADER + 128 + 64);
  }

  @Test
  void should_drop_the_longest_unused_but_none_in_use() throws IOException {
    FeatureCache cache = FeatureCache.at(directory).maxBytes(2 * (HEADER + 3 * RECORD) + 10);
    HashCode old = Hashing.sha256().hashInt(10);
    HashCode used = Hashing.sha256().hashInt(11);
    complete(cache, old, 3);
    complete(cache, used, 3);
    Files.setLastModifiedTime(file(old), FileTime.fromMillis(2000));
    Files.setLastModifiedTime(file(used), FileTime.fromMillis(1000));

    try (FeatureSet set =
        FeatureSet.of(cache, used, SIZES, 3, store -> assertThat(missing(store, 3)).isEmpty())) {
      Files.setLastModifiedTime(file(used), FileTime.fromMillis(1000));
      complete(cache, SET, 3);

      assertThat(set.read(image(1))).isNotNull();
      assertThat(file(used)).exists();
    }
    assertThat(file(old)).doesNotExist();
    assertThat(file(SET)).exists();
  }

  @Test
  void should_refuse_a_set_larger_than_the_bound_before_computing() {
    assertThatThrownBy(
            () ->
                FeatureSet.of(
                    FeatureCache.at(directory).maxBytes(1000),
                    SET,
                    SIZES,
                    4,
                    store -> {
                      throw new AssertionError("computed");
                    }))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContainingAll("maxBytes", "0.00 GB", "float16");
  }

  /** The set may have other images than those needed, which shows only as they are computed. */
  @Test
  void should_stop_where_a_set_would_be_larger_than_the_bound() throws IOException {
    complete(FeatureCache.at(directory), SET, 2);
    FeatureCache bounded = FeatureCache.at(directory).maxBytes(HEADER + 3 * RECORD);

    assertThatThrownBy(
            () ->
                FeatureSet.of(
                    bounded,
                    SET,
                    SIZES,
                    3,
                    store -> {
                      for (int i = 10; i < 12; i++) {
                        assertThat(store.claim(image(i))).isTrue();
                        store.put(image(i), features(image(i)));
                      }
                    }))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("maxBytes");
    assertThat(Files.size(file(SET))).isEqualTo(HEADER + 3 * RECORD);
  }

  @Test
  void should_notice_what_was_claimed_and_not_stored() {
    assertThatThrownBy(
            () ->
                FeatureSet.of(
                    FeatureCache.at(directory),
                    SET,
                    SIZES,
                    2,
                    store -> assertThat(store.claim(image(1))).isTrue()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("got 1 images without features");
  }

  /** A reader that computes nothing must not block others, however long its lookups take. */
  @Test
  void should_look_up_features_while_another_computes() throws IOException {
    FeatureCache cache = FeatureCache.at(directory);
    complete(cache, SET, 3);

    try (FeatureSet set =
        FeatureSet.of(
            cache,
            SET,
            SIZES,
            3,
            store -> {
              assertThat(missing(store, 3)).isEmpty();
              assertThat(complete(cache, SET, 5)).isEqualTo(2);
            })) {
      assertThat(set.read(image(2))).isNotNull();
    }
  }

  @Test
  void should_find_what_another_stored_since_it_began() throws IOException {
    FeatureCache cache = FeatureCache.at(directory);

    try (FeatureSet set =
        FeatureSet.of(
            cache,
            SET,
            SIZES,
            3,
            store -> {
              assertThat(missing(store, 3)).hasSize(3);
              assertThat(complete(cache, SET, 3)).isEqualTo(3);
              for (HashCode image : images(3)) {
                assertThat(store.claim(image)).isFalse();
              }
            })) {
      assertThat(values(set.read(image(2)))).containsExactly(values(features(image(2))));
    }
    assertThat(Files.size(file(SET))).isEqualTo(HEADER + 3 * RECORD);
  }

  /** Features that were stored before the failure are complete and found again. */
  @Test
  void should_keep_what_was_computed_before_a_failure() throws IOException {
    assertThatThrownBy(
            () ->
                FeatureSet.of(
                    FeatureCache.at(directory),
                    SET,
                    SIZES,
                    5,
                    store -> {
                      assertThat(store.claim(image(0))).isTrue();
                      store.put(image(0), features(image(0)));
                      throw new IllegalArgumentException("image 1 is bad");
                    }))
        .hasMessage("image 1 is bad");

    assertThat(complete(FeatureCache.at(directory), SET, 5)).isEqualTo(4);
  }

  /** Fills a set image by image and prints a line for each. */
  public static final class Filler {
    private Filler() {}

    public static void main(String[] args) throws IOException {
      int count = Integer.parseInt(args[1]);
      try (FeatureSet set =
          FeatureSet.of(
              FeatureCache.at(Path.of(args[0])),
              SET,
              SIZES,
              count,
              store -> {
                for (HashCode image : missing(store, count)) {
                  if (store.claim(image)) {
                    store.put(image, features(image));
                    System.out.println("stored");
                  }
                }
              })) {
        System.out.println("whole " + (values(set.read(image(0))).length == 43));
      }
    }
  }

  private Process filler(int count) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Filler.class.getName(),
            directory.toString(),
            String.valueOf(count))
        .redirectErrorStream(true)
        .start();
  }

  @Test
  void should_resume_after_a_killed_process() throws IOException, InterruptedException {
    int count = 1_000_000;
    Process process = filler(count);
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      long stored = Stream.generate(() -> line(out)).filter("stored"::equals).limit(500).count();
      assertThat(stored).isEqualTo(500);
      process.destroyForcibly();
    }
    process.waitFor();
    int there = (int) ((Files.size(file(SET)) - HEADER) / RECORD);
    assertThat(there).isBetween(500, count - 1);

    assertThat(complete(FeatureCache.at(directory), SET, there + 5)).isEqualTo(5);
  }

  private static String line(BufferedReader reader) {
    try {
      String line = reader.readLine();
      if (line == null) {
        throw new AssertionError("The process ended");
      }
      return line;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void should_compute_once_when_two_processes_want_it() throws IOException, InterruptedException {
    int count = 400;
    List<Process> processes = List.of(filler(count), filler(count));

    int stored = 0;
    for (Process process : processes) {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(out).isZero();
      assertThat(out).contains("whole true");
      stored += (int) out.lines().filter("stored"::equals).count();
    }
    assertThat(stored).isEqualTo(count);
    assertThat(Files.size(file(SET))).isEqualTo(HEADER + count * RECORD);
  }
}
