package dev.finetune.zoo.internal.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finetune.data.UnreadableFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A reader of JSON files of limited size in UTF-8. */
public final class JsonFile {

  private static final int MOST_BYTES = 1 << 26;

  private JsonFile() {}

  /**
   * Reads a file.
   *
   * @throws UnreadableFileException if it is not JSON, or has more than 64 MB
   * @throws IOException if the file cannot be read
   */
  public static JsonNode read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    }
    if (bytes.length > MOST_BYTES) {
      throw new UnreadableFileException(
          file.toString(), "", "the file must have at most " + MOST_BYTES + " bytes, got more");
    }
    try {
      // As a text: from bytes, Jackson would guess the encoding.
      return new ObjectMapper().readTree(new String(bytes, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new UnreadableFileException(
          file.toString(), "", "the file must be JSON: " + e.getOriginalMessage(), e);
    }
  }
}
