package dev.finetune.internal.jsontree;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * Reads JSON into the same tree as an {@code ObjectMapper}, without one: setting up a mapper takes
 * 150 ms and 600 classes in a JVM that has just started, more than any other step of loading a
 * model. Duplicate keys are refused, and Jackson's limits on nesting and lengths apply.
 */
public final class JsonTree {

  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private JsonTree() {}

  /**
   * Reads a text that is one value.
   *
   * @return the value; a missing node if the text is blank
   * @throws com.fasterxml.jackson.core.JsonProcessingException if the text is not JSON, or has more
   *     than one value
   */
  public static JsonNode only(byte[] text) throws IOException {
    try (JsonParser parser = FACTORY.createParser(text)) {
      JsonNode value = first(parser);
      JsonToken next = parser.nextToken();
      if (next != null) {
        throw new JsonParseException(
            parser, "Trailing token (of type " + next + ") found after value");
      }
      return value;
    }
  }

  /**
   * Reads the first value of a text. What follows the value is not read.
   *
   * @return the value; a missing node if the text is blank
   * @throws com.fasterxml.jackson.core.JsonProcessingException if the value is not JSON
   */
  public static JsonNode first(String text) throws IOException {
    try (JsonParser parser = FACTORY.createParser(text)) {
      return first(parser);
    }
  }

  private static JsonNode first(JsonParser parser) throws IOException {
    JsonToken token = parser.nextToken();
    return token == null ? NODES.missingNode() : value(parser, token);
  }

  /** Recursive: the parser limits the depth to 1000. */
  private static JsonNode value(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> NODES.textNode(parser.getText());
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      default -> throw new JsonParseException(parser, "Unexpected token " + token);
    };
  }

  private static ObjectNode object(JsonParser parser) throws IOException {
    ObjectNode object = NODES.objectNode();
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      object.set(key, value(parser, parser.nextToken()));
    }
    return object;
  }

  private static ArrayNode array(JsonParser parser) throws IOException {
    ArrayNode array = NODES.arrayNode();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      array.add(value(parser, token));
    }
    return array;
  }

  private static JsonNode integer(JsonParser parser) throws IOException {
    return switch (parser.getNumberType()) {
      case INT -> NODES.numberNode(parser.getIntValue());
      case LONG -> NODES.numberNode(parser.getLongValue());
      default -> NODES.numberNode(parser.getBigIntegerValue());
    };
  }
}
