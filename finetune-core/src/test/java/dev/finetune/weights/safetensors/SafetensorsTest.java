package dev.finetune.weights.safetensors;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.weights.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {

  @TempDir Path folder;

  private static Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("b/kernel", Tensor.of(List.of(2, 1), new float[] {1.5f, -0f}));
    tensors.put("a \"quoted\"/bias", Tensor.of(List.of(), new float[] {Float.MIN_VALUE}));
    tensors.put("none", Tensor.of(List.of(0, 3), new float[0]));
    float[] many = new float[100_000]; // more than one piece
    for (int i = 0; i < many.length; i++) {
      many[i] = i - 7.25f;
    }
    tensors.put("many", Tensor.of(List.of(100, 1000), many));
    return tensors;
  }

  private static byte[] written(Map<String, Tensor> tensors) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafetensorsWriter.write(tensors, out);
    return out.toByteArray();
  }

  private static SafetensorsStream open(byte[] bytes) throws IOException {
    return SafetensorsStream.open("made", new ByteArrayInputStream(bytes), bytes.length);
  }

  private static byte[] made(String header, float... values) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + text.length + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(text.length).put(text);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  @Test
  void should_read_from_a_stream_what_it_wrote() throws IOException {
    byte[] bytes = written(tensors());

    SafetensorsStream stream = open(bytes);

    assertThat(stream.tensors().keySet()).containsExactlyElementsOf(tensors().keySet());
    assertThat(stream.read()).isEqualTo(tensors());
  }

  @Test
  void should_read_from_a_file_what_it_wrote() throws IOException {
    Path file = Files.write(folder.resolve("made.safetensors"), written(tensors()));

    SafetensorsFile opened = SafetensorsFile.open(file);

    assertThat(opened.names()).containsExactlyElementsOf(tensors().keySet());
    assertThat(opened.read()).isEqualTo(tensors());
  }

  /** The format is little-endian; blanks pad the header so that values begin at a multiple of 8. */
  @Test
  void should_write_header_and_values_as_specified() throws IOException {
    byte[] bytes = written(Map.of("w", Tensor.of(List.of(2), new float[] {1, 2})));

    assertThat(bytes)
        .isEqualTo(
            made("{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}  ", 1, 2));
    assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8).isZero();
  }

  @Test
  void should_order_a_streams_tensors_by_place() throws IOException {
    SafetensorsStream stream =
        open(
            made(
                "{\"__metadata__\":{\"format\":\"pt\"},"
                    + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]},"
                    + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                1,
                2));

    assertThat(stream.tensors().keySet()).containsExactly("a", "b");
    assertThat(requireNonNull(stream.read().get("b")).values()).containsExactly(2);
  }

  @Test
  void should_refuse_streams_with_gaps_and_overlaps() {
    String first = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";
    String second = ",\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":";

    assertThatThrownBy(() -> open(made(first + second + "[8,12]}}", 1, 2, 3)))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "made: tensor b: tensors must be contiguous, so it must begin at byte 4, got 8");
    assertThatThrownBy(() -> open(made(first + second + "[0,4]}}", 1, 2)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "tensor b: tensors must be contiguous, so it must begin at byte 4, got 0");
    assertThatThrownBy(() -> open(made(first + "}", 1, 2)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("must end at the last byte, 8, got 4");
  }

  @Test
  void should_read_only_what_is_asked_for() throws IOException {
    Path file = Files.write(folder.resolve("made.safetensors"), written(tensors()));
    SafetensorsFile opened = SafetensorsFile.open(file);

    assertThat(opened.tensor("b/kernel"))
        .isEqualTo(new StoredTensor("b/kernel", NumberType.F32, List.of(2, 1), 0, 8));
    assertThat(opened.read(List.of("none", "b/kernel")))
        .containsExactly(
            Map.entry("none", requireNonNull(tensors().get("none"))),
            Map.entry("b/kernel", requireNonNull(tensors().get("b/kernel"))));
    assertThatThrownBy(() -> opened.read(List.of("other")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The name of a tensor of " + file + " must be one of its names, got other");
  }

  @Test
  void should_name_the_truncated_tensor() throws IOException {
    byte[] bytes = written(tensors());
    SafetensorsStream stream =
        SafetensorsStream.open(
            "made", new ByteArrayInputStream(bytes, 0, bytes.length - 1), bytes.length);

    assertThatThrownBy(stream::read)
        .isInstanceOf(IOException.class)
        .hasMessage("made: tensor many: must have 400000 bytes, got a truncated file");
  }
}
