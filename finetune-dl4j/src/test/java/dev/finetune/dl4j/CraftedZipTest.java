package dev.finetune.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.data.UnreadableFileException;
import dev.finetune.internal.dl4j.Dl4jGraphs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.api.Model;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A zip of Deeplearning4j runs no code and has no class loaded. */
class CraftedZipTest {

  /** What has happened that must not. */
  static final StringBuilder HAPPENED = new StringBuilder();

  /** An object that a file can have deserialised. */
  static final class Deserialised implements Serializable {
    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) {
      HAPPENED.append("deserialised");
    }
  }

  /** A class that a file can name. */
  static final class Named {
    static {
      HAPPENED.append("loaded");
    }

    private Named() {}
  }

  @TempDir Path folder;

  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  @BeforeEach
  void readEntries() throws IOException {
    HAPPENED.setLength(0);
    try (InputStream in = CraftedZipTest.class.getResourceAsStream("/models/format1.zip");
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), zip.readAllBytes());
      }
    }
  }

  private Path written() throws IOException {
    Path file = folder.resolve("crafted.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return file;
  }

  private void replace(String text, String by) {
    String json = new String(entries.get("configuration.json"), StandardCharsets.UTF_8);
    assertThat(json).contains(text);
    entries.put("configuration.json", json.replace(text, by).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void should_not_deserialise_a_preprocessor() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new Deserialised());
    }
    entries.put("preprocessor.bin", bytes.toByteArray());

    Model model = Dl4jGraphs.restore(written());

    model.close();
    assertThat(HAPPENED).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"@class\" : \"%s\"",
        "\"@class\" : \"java.util.List<%s>\"",
        "\"@class\" : \"org.nd4j.Any<%s>\"",
        "\"other\" : [\"%s\", {}], \"@class\" : \"org.deeplearning4j.nn.conf.layers.DenseLayer\"",
      })
  void should_load_no_class_that_is_no_layer(String changed) throws IOException {
    String name = CraftedZipTest.class.getName() + "$Named";
    replace(
        "\"@class\" : \"org.deeplearning4j.nn.conf.layers.DenseLayer\"",
        String.format(changed, name));
    Path file = written();

    assertThatThrownBy(() -> Dl4jGraphs.restore(file))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageStartingWith(file + ": configuration.json: classes must be")
        .hasMessageContaining(name);
    assertThat(HAPPENED).isEmpty();
  }

  @Test
  void should_refuse_a_key_twice() throws IOException {
    replace(
        "\"@class\" : \"org.deeplearning4j.nn.conf.layers.DenseLayer\"",
        "\"@class\" : \"a.B\", \"@class\" : \"org.deeplearning4j.nn.conf.layers.DenseLayer\"");
    Path file = written();

    assertThatThrownBy(() -> Dl4jGraphs.restore(file))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageContaining("must be valid JSON: Duplicate field '@class'");
  }

  /**
   * The array begins with a text, a length and a text, then the rank, which is 1, the side, its
   * stride, flags and the stride of all elements.
   */
  @ParameterizedTest
  @CsvSource({"2, 2", "2, -1", "2, 1099511627776", "2, 9223372036854775807", "4, 1000"})
  void should_read_nothing_beside_the_values(int index, long value) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(entries.get("coefficients.bin"));
    int first = 2 + bytes.getShort(0) + Long.BYTES;
    int numbers = first + 2 + bytes.getShort(first);
    assertThat(bytes.getLong(numbers)).isEqualTo(1);
    bytes.putLong(numbers + index * Long.BYTES, value);
    Path file = written();

    assertThatThrownBy(() -> Dl4jGraphs.restore(file))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageContaining("coefficients.bin");
  }

  @Test
  void should_not_unpack_many_times_the_bytes_of_the_file() throws IOException {
    entries.put("coefficients.bin", new byte[40 << 20]);
    Path file = written();

    assertThatThrownBy(() -> Dl4jGraphs.restore(file)).isInstanceOf(UnreadableFileException.class);
  }
}
