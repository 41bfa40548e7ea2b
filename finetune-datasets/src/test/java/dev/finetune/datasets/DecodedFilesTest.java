package dev.finetune.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Splitter;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that {@code src/test/python/make_decoded.py} writes, with the values that Pillow gives. */
class DecodedFilesTest {

  /** Mean and largest difference of a decoder of JPEG or lossy WebP that rounds otherwise. */
  private static final double LOSSY_MEAN = 2;

  private static final double LOSSY_LARGEST = 24;

  @TempDir Path folder;

  /** A line of the list of files. */
  private record Expected(String name, int width, int height, String closeness) {
    static Expected of(String line) {
      List<String> fields = Splitter.on('\t').splitToList(line);
      return new Expected(
          fields.get(0),
          Integer.parseInt(fields.get(1)),
          Integer.parseInt(fields.get(2)),
          fields.get(3));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static byte[] resource(String name) {
    try (InputStream in = DecodedFilesTest.class.getResourceAsStream("/decoded/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Expected> files() {
    return new String(resource("expected.tsv"), StandardCharsets.UTF_8).lines().map(Expected::of);
  }

  static Stream<Expected> read() {
    return files().filter(file -> !file.closeness().equals("refused"));
  }

  static Stream<Expected> refused() {
    return files().filter(file -> file.closeness().equals("refused"));
  }

  @ParameterizedTest
  @MethodSource("read")
  void should_decode_as_pillow_does(Expected file) throws IOException {
    Pixels image = Images.read(write(file.name()));

    assertThat(List.of(image.width(), image.height())).containsExactly(file.width(), file.height());
    byte[] values;
    try (InputStream in =
        new GZIPInputStream(
            DecodedFilesTest.class.getResourceAsStream("/decoded/" + file.name() + ".rgb.gz"))) {
      values = in.readAllBytes();
    }
    double sum = 0;
    double largest = 0;
    for (int i = 0; i < values.length; i++) {
      int pixel = i / 3;
      double difference =
          Math.abs(
              image.at(i % 3, pixel / file.width(), pixel % file.width()) - (values[i] & 0xff));
      sum += difference;
      largest = Math.max(largest, difference);
    }
    boolean exact = file.closeness().equals("exact");
    assertThat(largest).as("largest difference").isLessThanOrEqualTo(exact ? 0 : LOSSY_LARGEST);
    assertThat(sum / values.length).as("mean difference").isLessThanOrEqualTo(LOSSY_MEAN);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void should_refuse_by_name(Expected file) throws IOException {
    Path written = write(file.name());

    assertThatThrownBy(() -> Images.read(written))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(written + ": the ")
        .message()
        .satisfies(
            text -> assertThat(text.toLowerCase(Locale.ROOT)).doesNotContain("exception", "null"));
  }

  private Path write(String name) throws IOException {
    return Files.write(folder.resolve(name), resource(name));
  }
}
