package dev.finetune.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Splitter;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.ImageSource;
import dev.finetune.data.TagDataset;
import dev.finetune.data.ValueDataset;
import dev.finetune.image.ColourRule;
import dev.finetune.image.Pixels;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files with colour profiles that {@code src/test/python/make_colours.py} writes, with the values
 * that LittleCMS gives in Pillow. The list of files has the tolerances, and the script derives
 * them.
 */
class ColourProfilesTest {

  /** A file whose profile changes its values. */
  private static final byte[] WIDE = resource("display-p3.png");

  @TempDir Path folder;

  /** A line of the list of files. */
  private record Expected(String name, int width, int height, int largest, String values) {
    static Expected of(String line) {
      List<String> fields = Splitter.on('\t').splitToList(line);
      return new Expected(
          fields.get(0),
          Integer.parseInt(fields.get(1)),
          Integer.parseInt(fields.get(2)),
          Integer.parseInt(fields.get(3)),
          fields.get(4));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static byte[] resource(String name) {
    try (InputStream in = ColourProfilesTest.class.getResourceAsStream("/colours/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] values(Expected file) throws IOException {
    byte[] zipped = resource(file.name() + ".rgb.gz");
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
      return in.readAllBytes();
    }
  }

  private static Pixels read(byte[] file, ColourRule rule) throws IOException {
    return Images.read(new ByteArrayInputStream(file), "made", rule);
  }

  static Stream<Expected> files() {
    return new String(resource("expected.tsv"), StandardCharsets.UTF_8).lines().map(Expected::of);
  }

  @ParameterizedTest
  @MethodSource("files")
  void should_convert_to_srgb_as_pillow_does(Expected file) throws IOException {
    Pixels image = read(resource(file.name()), ColourRule.SRGB);

    assertThat(List.of(image.width(), image.height())).containsExactly(file.width(), file.height());
    byte[] values = values(file);
    double largest = 0;
    for (int i = 0; i < values.length; i++) {
      int pixel = i / 3;
      float value = image.at(i % 3, pixel / file.width(), pixel % file.width());
      largest = Math.max(largest, Math.abs(value - (values[i] & 0xff)));
    }
    assertThat(largest).isLessThanOrEqualTo(file.largest());
  }

  @ParameterizedTest
  @MethodSource("files")
  void should_convert_only_if_asked_to(Expected file) throws IOException {
    byte[] content = resource(file.name());
    Pixels stored = Images.read(new ByteArrayInputStream(content), file.name());
    double difference = difference(stored, read(content, ColourRule.SRGB));

    assertThat(difference(stored, read(content, ColourRule.STORED))).isZero();
    switch (file.values()) {
      case "converted" -> assertThat(difference).isGreaterThan(10);
      case "near" -> assertThat(difference).isLessThanOrEqualTo(file.largest());
      default -> assertThat(difference).isZero();
    }
  }

  private static double difference(Pixels one, Pixels other) {
    float[] first = one.planes();
    float[] second = other.planes();
    double largest = 0;
    for (int i = 0; i < first.length; i++) {
      largest = Math.max(largest, Math.abs(first[i] - second[i]));
    }
    return largest;
  }

  /** A chunk of some kilobytes holds as much as one likes. */
  @Test
  void should_not_decompress_a_profile_without_end() throws IOException {
    byte[] plain = resource("no-profile.png");
    int afterHeader = 8 + 12 + 13;
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(plain, 0, afterHeader);
    file.writeBytes(chunk(compressed(new byte[5 << 20])));
    file.write(plain, afterHeader, plain.length - afterHeader);

    Pixels image = read(file.toByteArray(), ColourRule.SRGB);

    assertThat(difference(image, read(plain, ColourRule.STORED))).isZero();
  }

  private static byte[] compressed(byte[] profile) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes("iCCPname\0\0".getBytes(StandardCharsets.ISO_8859_1));
    try (DeflaterOutputStream out = new DeflaterOutputStream(content)) {
      out.write(profile);
    }
    return content.toByteArray();
  }

  private static byte[] chunk(byte[] typed) {
    CRC32 crc = new CRC32();
    crc.update(typed);
    return ByteBuffer.allocate(typed.length + 8)
        .putInt(typed.length - 4)
        .put(typed)
        .putInt((int) crc.getValue())
        .array();
  }

  @Test
  void should_convert_the_images_of_datasets() throws IOException {
    Files.write(Files.createDirectory(folder.resolve("a")).resolve("1.png"), WIDE);
    Files.write(Files.createDirectory(folder.resolve("b")).resolve("2.png"), WIDE);
    Path csv = Files.writeString(folder.resolve("list.csv"), "path,tag,x\na/1.png,t,1\n");
    ImageDataset folders = ClassFolders.read(folder);
    TagDataset tags = CsvTags.read(csv, folder, "path", "tag", ";");
    ValueDataset values = CsvValues.read(csv, folder, "path", List.of("x"));
    ImageDataset rows =
        ImageDataset.of(List.of("a/1.png"), row -> "a", row -> row, Images.loader(folder::resolve));
    ImageDataset both = folders.and(rows).select(2, 0).ofClasses(List.of("a"));

    for (ImageSource source : List.of(folders, tags, values, rows, both)) {
      assertThat(source.colours()).contains(ColourRule.STORED);
      assertThat(difference(source.load(0), read(WIDE, ColourRule.STORED))).isZero();
    }
    for (ImageSource source :
        List.of(
            folders.withColours(ColourRule.SRGB),
            tags.withColours(ColourRule.SRGB).select(0),
            tags.select(0).withColours(ColourRule.SRGB),
            values.select(0).withColours(ColourRule.SRGB),
            rows.withColours(ColourRule.SRGB),
            both.withColours(ColourRule.SRGB))) {
      assertThat(source.colours()).contains(ColourRule.SRGB);
      assertThat(difference(source.load(0), read(WIDE, ColourRule.SRGB))).isZero();
    }
    assertThat(both.withColours(ColourRule.SRGB).name(0)).isEqualTo("a/1.png");
  }

  @Test
  void should_refuse_to_mix_colours() throws IOException {
    Files.write(Files.createDirectory(folder.resolve("a")).resolve("1.png"), WIDE);
    ImageDataset data = ClassFolders.read(folder);

    assertThatThrownBy(() -> data.and(data.withColours(ColourRule.SRGB)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Both datasets must be read with the same colours, got stored and srgb");
  }
}
