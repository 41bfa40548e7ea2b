package dev.finetune.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.weights.Weights;
import dev.finetune.weights.WeightsException;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Top;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests files with damaged bytes and with values that are not finite. */
class DamagedFileTest {

  private static final TinyArchitecture TINY = new TinyArchitecture();

  @TempDir Path folder;

  private static Path fixture(String name) throws URISyntaxException {
    return Path.of(DamagedFileTest.class.getResource("/fixtures/" + name).toURI());
  }

  private static Weights read(Path file) throws IOException {
    return WeightReader.read(
        file, TINY, Form.square(8, WeightReader.dialect(file, TINY), Top.LOGITS));
  }

  /** Bytes without a checksum, such as the date of an entry, have no effect. */
  @ParameterizedTest
  @ValueSource(strings = {"checkpoint.pth", "zip.pth", "keras3.keras"})
  void should_refuse_a_damaged_byte_of_a_zip_or_read_the_very_same_values(String name)
      throws Exception {
    byte[] whole = Files.readAllBytes(fixture(name));
    Weights right = read(fixture(name));
    int refused = 0;
    for (int at = 0; at < whole.length; at += 1 + whole.length / 5000) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (1 << at % 8);
      Path file = Files.write(folder.resolve("damaged"), damaged);
      try {
        assertThat(read(file).tensors()).as("byte %s", at).isEqualTo(right.tensors());
      } catch (IOException | WeightsException e) {
        assertThat(e).as("byte %s", at).hasMessageContaining("damaged");
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  /**
   * HDF5 and the older formats have no checksums; a damaged byte must at least not crash the
   * reader.
   */
  @ParameterizedTest
  @ValueSource(strings = {"keras2.h5", "keras3.weights.h5", "legacy.pth", "f32.safetensors"})
  void should_name_the_file_whatever_byte_is_damaged(String name) throws Exception {
    byte[] whole = Files.readAllBytes(fixture(name));
    for (int at = 0; at < whole.length; at += 1 + whole.length / 300) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) 0x80;
      Path file = Files.write(folder.resolve("damaged"), damaged);
      try {
        read(file);
      } catch (IOException | WeightsException e) {
        assertThat(e).as("byte %s", at).hasMessageContaining("damaged");
      }
    }
  }

  @Test
  void should_name_the_damaged_entry() throws Exception {
    byte[] whole = Files.readAllBytes(fixture("keras3.keras"));
    whole[whole.length / 2] ^= 1;
    Path file = Files.write(folder.resolve("damaged.keras"), whole);

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(
            "damaged.keras: entry model.weights.h5: the entry is damaged", "CRC-32", "got");
  }

  @Test
  void should_refuse_numbers_in_an_unknown_byte_order() throws Exception {
    Path file = folder.resolve("middle.pth");
    copy(fixture("zip.pth"), file, "middle");

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("middle.pth", "byteorder: must be little or big, got middle");
  }

  /** Replaces the first two values of the convolution's bias with NaN and infinity. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "keras2.h5",
        "keras_saved.h5",
        "keras3.weights.h5",
        "keras3.keras",
        "f32.safetensors",
        "zip.pth",
        "legacy.pth"
      })
  void should_refuse_values_that_are_not_finite(String name) throws Exception {
    byte[] content = Files.readAllBytes(fixture(name));
    byte[] bias = bytes((float) Math.sin(0.9), (float) Math.sin(1.8));
    List<Integer> places =
        IntStream.range(0, content.length - bias.length)
            .filter(i -> ByteBuffer.wrap(content, i, bias.length).equals(ByteBuffer.wrap(bias)))
            .boxed()
            .toList();
    assertThat(places).hasSize(1);
    byte[] damage = bytes(Float.NaN, Float.POSITIVE_INFINITY);
    System.arraycopy(damage, 0, content, places.get(0), damage.length);
    Path file = Files.write(folder.resolve("nan-" + name), content);
    if (content[0] == 'P') {
      // Copying computes the checksums of the new content.
      copy(Files.write(folder.resolve("old"), content), file, "");
    }

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("nan-" + name, "every weight must be finite, got NaN in ")
        .hasMessageMatching("(?s).*(bias:0|conv2d/1|features.0.bias) \\(2 of 4 values\\).*");
  }

  private static byte[] bytes(float first, float second) {
    return ByteBuffer.allocate(8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putFloat(first)
        .putFloat(second)
        .array();
  }

  /** Copies the entries of a zip and adds one with the byte order unless it is empty. */
  private static void copy(Path from, Path to, String byteOrder) throws IOException {
    try (ZipFile zip = new ZipFile(from.toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(to))) {
      for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
        out.putNextEntry(new ZipEntry(entry.getName()));
        out.write(zip.getInputStream(entry).readAllBytes());
      }
      if (!byteOrder.isEmpty()) {
        out.putNextEntry(new ZipEntry("zip/byteorder"));
        out.write(byteOrder.getBytes(StandardCharsets.UTF_8));
      }
    }
  }
}
