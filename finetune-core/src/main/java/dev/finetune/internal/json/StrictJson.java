package dev.finetune.internal.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.internal.jsontree.JsonTree;
import java.io.IOException;
import java.math.BigInteger;

/** Descriptions in files as JSON. */
public final class StrictJson {

  private StrictJson() {}

  /** Returns an object without keys. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Returns the text of an object. */
  public static byte[] write(ObjectNode json) throws IOException {
    return new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
  }

  /**
   * Reads a text.
   *
   * @param source what is read, for the messages
   * @throws IOException if it is not JSON, or has a key twice
   */
  public static JsonNode tree(String source, byte[] text) throws IOException {
    try {
      return JsonTree.only(text);
    } catch (JsonProcessingException e) {
      throw new IOException(source + ": this is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Checks the version before the keys, as those of a later version are not known.
   *
   * @param format the version that is read
   * @param newest the newest version that this library knows
   * @throws IOException if it is another
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
    throw new IOException(
        source
            + ": the key \"format\" must be the integer "
            + format
            + ", got "
            + (version.isMissingNode() ? "none" : version)
            + (newer ? "; a newer version of this library wrote the file, and opens it" : ""));
  }
}
