package dev.finetune.internal.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.internal.jsontree.JsonTree;
import java.io.CharConversionException;
import java.io.IOException;
import java.math.BigInteger;

/**
 * Parses and writes the JSON descriptions in files. Duplicate keys and trailing text are errors.
 */
public final class StrictJson {

  private StrictJson() {}

  /** Returns a new object without keys. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Returns an object as indented text. */
  public static byte[] write(ObjectNode json) throws IOException {
    return new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
  }

  /**
   * Parses a text.
   *
   * @param source the name of the file or entry, for messages
   * @throws IOException if the text is not JSON, or an object has a key twice
   */
  public static JsonNode tree(String source, byte[] text) throws IOException {
    try {
      return JsonTree.only(text);
    } catch (CharConversionException e) { // zeros at the beginning are taken for UTF-32
      throw new UnreadableFileException(source, "", "must be valid JSON: " + e.getMessage(), e);
    } catch (JsonProcessingException e) {
      throw new UnreadableFileException(
          source, "", "must be valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Checks the key {@code format}. Call it before the other keys are read: a newer version may have
   * others.
   *
   * @param source the name of the file or entry, for messages
   * @param format the version that the caller reads
   * @param newest the newest version that this library reads
   * @throws IOException if the value is not {@code format}
   */
  public static void requireFormat(String source, JsonNode json, int format, int newest)
      throws IOException {
    JsonNode version = json.path("format");
    if (version.isInt() && version.intValue() == format) {
      return;
    }
    boolean newer =
        version.isIntegralNumber()
            && version.bigIntegerValue().compareTo(BigInteger.valueOf(newest)) > 0;
    throw new UnreadableFileException(
        source,
        "",
        "\"format\" must be the integer "
            + format
            + ", got "
            + (version.isMissingNode() ? "none" : version)
            + (newer ? "; a newer version of this library wrote the file and can open it" : ""));
  }
}
