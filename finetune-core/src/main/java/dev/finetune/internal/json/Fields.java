package dev.finetune.internal.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An object of JSON with keys that are all known. A key that is missing or too many, and a value of
 * another kind than its key's, are refused by the key's name; nothing is converted.
 */
public final class Fields {

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
  public static Fields of(String source, JsonNode json, String... keys) throws IOException {
    return of(source, json, List.of(keys), List.of());
  }

  /** Reads an object that may have some keys and must have others. */
  public static Fields of(String source, JsonNode json, List<String> keys, List<String> optional)
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
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      String key = field.getKey();
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

  public boolean has(String key) {
    return json.has(key);
  }

  public String text(String key) throws IOException {
    JsonNode value = get(key);
    if (!value.isTextual()) {
      throw refusal(key, "a string", value);
    }
    return value.textValue();
  }

  public int integer(String key, int least) throws IOException {
    JsonNode value = get(key);
    if (!value.isInt() || value.intValue() < least) {
      throw refusal(key, "an integer from " + least + " to " + Integer.MAX_VALUE, value);
    }
    return value.intValue();
  }

  /** Reads a whole number that is at least so large. */
  public long whole(String key, long least) throws IOException {
    JsonNode value = get(key);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < least) {
      throw refusal(key, "an integer from " + least + " to " + Long.MAX_VALUE, value);
    }
    return value.longValue();
  }

  public double number(String key, double least, double most) throws IOException {
    JsonNode value = get(key);
    double number = value.isNumber() ? value.doubleValue() : Double.NaN;
    if (!Double.isFinite(number) || number < least || number > most) {
      throw refusal(key, numberRule(least, most), value);
    }
    return number;
  }

  private static String numberRule(double least, double most) {
    if (most < Double.MAX_VALUE) {
      return "a number from " + least + " to " + most;
    }
    return least > -Double.MAX_VALUE
        ? "a finite number that is at least " + least
        : "a finite number";
  }

  public boolean flag(String key) throws IOException {
    JsonNode value = get(key);
    if (!value.isBoolean()) {
      throw refusal(key, "true or false", value);
    }
    return value.booleanValue();
  }

  public <E extends Enum<E>> E constant(String key, Class<E> type) throws IOException {
    String text = text(key);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(text)) {
        return constant;
      }
    }
    throw refusal(key, "one of " + Arrays.toString(type.getEnumConstants()), get(key));
  }

  public List<String> texts(String key) throws IOException {
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
  public Fields object(String key, String... keys) throws IOException {
    return child(key, requireObject(key), List.of(keys), List.of());
  }

  /** Reads an array of objects whose keys are all known. */
  public List<Fields> objects(String key, String... keys) throws IOException {
    return objects(key, List.of(keys), List.of());
  }

  /** Reads an array of objects that may have some keys and must have others. */
  public List<Fields> objects(String key, List<String> keys, List<String> optional)
      throws IOException {
    List<Fields> objects = new ArrayList<>();
    for (JsonNode object : array(key)) {
      String place = key + "[" + objects.size() + "]";
      if (!object.isObject()) {
        throw refusal(place, "an object", object);
      }
      objects.add(child(place, object, keys, optional));
    }
    return objects;
  }

  /** Reads an object of any content; its numbers are finite. */
  public ObjectNode free(String key) throws IOException {
    JsonNode object = requireObject(key);
    requireFinite(key, object);
    return (ObjectNode) object;
  }

  /** Returns the value as it is. */
  public JsonNode get(String key) {
    return json.path(key);
  }

  /** Returns the error that says of what kind a key's value must be. */
  public IOException refusal(String key, String rule, Object got) {
    return new IOException(
        source + ": the key \"" + path + key + "\" must be " + rule + ", got " + shortened(got));
  }

  private Fields child(String key, JsonNode object, List<String> keys, List<String> optional)
      throws IOException {
    Fields child = new Fields(source, path + key + ".", object);
    child.requireKeys(keys, optional);
    return child;
  }

  private JsonNode array(String key) throws IOException {
    JsonNode value = get(key);
    if (!value.isArray()) {
      throw refusal(key, "an array", value);
    }
    return value;
  }

  private JsonNode requireObject(String key) throws IOException {
    JsonNode value = get(key);
    if (!value.isObject()) {
      throw refusal(key, "an object", value);
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
