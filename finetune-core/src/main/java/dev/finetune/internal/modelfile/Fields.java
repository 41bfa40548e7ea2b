package dev.finetune.internal.modelfile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * An object of JSON with keys that are all known. A key that is missing or too many, and a value of
 * another kind than its key's, are refused by the key's name; nothing is converted.
 */
final class Fields {

  private static final int LONGEST = 100;

  private final String source;
  private final String path;
  private final JsonNode json;

  private Fields(String source, String path, JsonNode json) {
    this.source = source;
    this.path = path;
    this.json = json;
  }

  /**
   * Reads an object.
   *
   * @param source what is read, for the messages
   * @param keys the object has these and no other
   */
  static Fields of(String source, JsonNode json, String... keys) throws IOException {
    return of(source, json, List.of(keys), List.of());
  }

  /** Reads an object that may have some keys and must have others. */
  static Fields of(String source, JsonNode json, List<String> keys, List<String> optional)
      throws IOException {
    if (!json.isObject()) {
      throw new IOException(source + ": there must be an object, got " + shortened(json));
    }
    Fields fields = new Fields(source, "", json);
    fields.requireKeys(keys, optional);
    return fields;
  }

  private void requireKeys(List<String> keys, List<String> optional) throws IOException {
    for (String key : keys) {
      if (!json.has(key)) {
        throw new IOException(source + ": the key \"" + path + key + "\" must be there, got none");
      }
    }
    for (String key : (Iterable<String>) json::fieldNames) {
      if (!keys.contains(key) && !optional.contains(key)) {
        throw new IOException(
            source
                + ": the key \""
                + path
                + key
                + "\" must be one of "
                + Stream.concat(keys.stream(), optional.stream()).toList());
      }
    }
  }

  boolean has(String key) {
    return json.has(key);
  }

  String text(String key) throws IOException {
    return require(key, JsonNode::isTextual, "a string").textValue();
  }

  int integer(String key, int least) throws IOException {
    return require(
            key,
            value -> value.isInt() && value.intValue() >= least,
            "an integer from " + least + " to " + Integer.MAX_VALUE)
        .intValue();
  }

  double number(String key, double least, double most) throws IOException {
    return require(
            key,
            value ->
                value.isNumber()
                    && Double.isFinite(value.doubleValue())
                    && value.doubleValue() >= least
                    && value.doubleValue() <= most,
            most < Double.MAX_VALUE
                ? "a number from " + least + " to " + most
                : least > -Double.MAX_VALUE
                    ? "a finite number that is at least " + least
                    : "a finite number")
        .doubleValue();
  }

  boolean flag(String key) throws IOException {
    return require(key, JsonNode::isBoolean, "true or false").booleanValue();
  }

  <E extends Enum<E>> E constant(String key, Class<E> type) throws IOException {
    String text = text(key);
    return Stream.of(type.getEnumConstants())
        .filter(constant -> constant.name().equals(text))
        .findFirst()
        .orElseThrow(
            () -> refusal(key, "one of " + Arrays.toString(type.getEnumConstants()), get(key)));
  }

  List<String> texts(String key) throws IOException {
    JsonNode array = array(key);
    List<String> texts = new ArrayList<>();
    for (JsonNode text : array) {
      if (!text.isTextual()) {
        throw refusal(key, "an array of strings", array);
      }
      texts.add(text.textValue());
    }
    return texts;
  }

  /** Reads an object whose keys are all known, too. */
  Fields object(String key, String... keys) throws IOException {
    return child(key, require(key, JsonNode::isObject, "an object"), keys);
  }

  /** Reads an array of objects whose keys are all known. */
  List<Fields> objects(String key, String... keys) throws IOException {
    List<Fields> objects = new ArrayList<>();
    for (JsonNode object : array(key)) {
      String place = key + "[" + objects.size() + "]";
      if (!object.isObject()) {
        throw refusal(place, "an object", object);
      }
      objects.add(child(place, object, keys));
    }
    return objects;
  }

  /** Reads an object of any content; its numbers are finite. */
  ObjectNode free(String key) throws IOException {
    JsonNode object = require(key, JsonNode::isObject, "an object");
    requireFinite(key, object);
    return (ObjectNode) object;
  }

  /** Returns the value as it is. */
  JsonNode get(String key) {
    return json.path(key);
  }

  /** Returns the error that says of what kind a key's value must be. */
  IOException refusal(String key, String rule, Object got) {
    return new IOException(
        source + ": the key \"" + path + key + "\" must be " + rule + ", got " + shortened(got));
  }

  private Fields child(String key, JsonNode object, String... keys) throws IOException {
    Fields child = new Fields(source, path + key + ".", object);
    child.requireKeys(List.of(keys), List.of());
    return child;
  }

  private JsonNode array(String key) throws IOException {
    return require(key, JsonNode::isArray, "an array");
  }

  private JsonNode require(String key, Predicate<JsonNode> valid, String rule) throws IOException {
    JsonNode value = get(key);
    if (!valid.test(value)) {
      throw refusal(key, rule, value);
    }
    return value;
  }

  /** A number such as 1e999 is infinite once it is read. */
  private void requireFinite(String key, JsonNode value) throws IOException {
    if (value.isNumber() && !Double.isFinite(value.doubleValue())) {
      throw refusal(key, "an object of finite numbers", value);
    }
    for (JsonNode child : value) {
      requireFinite(key, child);
    }
  }

  private static String shortened(Object value) {
    String text = value.toString();
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }
}
