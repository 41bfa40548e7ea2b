package dev.finetune.internal.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.data.UnreadableFileException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A JSON object whose keys are all known. A missing key, an unknown key, and a value of the wrong
 * type or out of range cause an {@link UnreadableFileException} that names the source and the key.
 * Values are never converted.
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
   * Checks the keys of an object.
   *
   * @param source the name of the file or entry, for messages
   * @param keys the keys that the object must have; it must have no others
   * @throws IOException if {@code json} is not an object or has other keys
   */
  public static Fields of(String source, JsonNode json, String... keys) throws IOException {
    return of(source, json, List.of(keys), List.of());
  }

  /**
   * Checks the keys of an object.
   *
   * @param source the name of the file or entry, for messages
   * @param keys the keys that the object must have
   * @param optional the other keys that it may have
   * @throws IOException if {@code json} is not an object or has other keys
   */
  public static Fields of(String source, JsonNode json, List<String> keys, List<String> optional)
      throws IOException {
    if (!json.isObject()) {
      throw new UnreadableFileException(
          source, "", "must be a JSON object, got " + shortened(json));
    }
    Fields fields = new Fields(source, "", json);
    fields.requireKeys(keys, optional);
    return fields;
  }

  private void requireKeys(List<String> keys, List<String> optional) throws IOException {
    for (String key : keys) {
      if (!json.has(key)) {
        throw new UnreadableFileException(
            source, "", "\"" + path + key + "\" must be present, got none");
      }
    }
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      String key = field.getKey();
      if (!keys.contains(key) && !optional.contains(key)) {
        throw new UnreadableFileException(
            source,
            "",
            "keys must be one of "
                + Stream.concat(keys.stream(), optional.stream()).toList()
                + ", got \""
                + path
                + key
                + "\"");
      }
    }
  }

  /** Returns whether a key is present. */
  public boolean has(String key) {
    return json.has(key);
  }

  /**
   * Returns a string.
   *
   * @throws IOException if the value is not a string
   */
  public String text(String key) throws IOException {
    return require(key, JsonNode::isTextual, "a string").textValue();
  }

  /**
   * Returns an integer.
   *
   * @param least the minimum
   * @throws IOException if the value is not an integer from {@code least} to {@link
   *     Integer#MAX_VALUE}
   */
  public int integer(String key, int least) throws IOException {
    return require(
            key,
            value -> value.isInt() && value.intValue() >= least,
            "an integer from " + least + " to " + Integer.MAX_VALUE)
        .intValue();
  }

  /**
   * Returns an integer.
   *
   * @param least the minimum
   * @throws IOException if the value is not an integer from {@code least} to {@link Long#MAX_VALUE}
   */
  public long whole(String key, long least) throws IOException {
    return require(
            key,
            value ->
                value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= least,
            "an integer from " + least + " to " + Long.MAX_VALUE)
        .longValue();
  }

  /**
   * Returns a finite number.
   *
   * @param least the minimum; {@code -Double.MAX_VALUE} for none
   * @param most the maximum; {@link Double#MAX_VALUE} for none
   * @throws IOException if the value is not a number in this range
   */
  public double number(String key, double least, double most) throws IOException {
    return require(key, value -> isNumber(value, least, most), numberRule(least, most))
        .doubleValue();
  }

  private static boolean isNumber(JsonNode value, double least, double most) {
    return value.isNumber()
        && Double.isFinite(value.doubleValue())
        && value.doubleValue() >= least
        && value.doubleValue() <= most;
  }

  private static String numberRule(double least, double most) {
    if (most < Double.MAX_VALUE) {
      return "a number from " + least + " to " + most;
    }
    return least > -Double.MAX_VALUE
        ? "a finite number that is at least " + least
        : "a finite number";
  }

  /**
   * Returns a boolean.
   *
   * @throws IOException if the value is not true or false
   */
  public boolean flag(String key) throws IOException {
    return require(key, JsonNode::isBoolean, "true or false").booleanValue();
  }

  /**
   * Returns an enum constant.
   *
   * @throws IOException if the value is not the exact name of a constant
   */
  public <E extends Enum<E>> E constant(String key, Class<E> type) throws IOException {
    String text = text(key);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(text)) {
        return constant;
      }
    }
    throw refusal(key, "one of " + Arrays.toString(type.getEnumConstants()), get(key));
  }

  /**
   * Returns an array of strings.
   *
   * @throws IOException if the value is not an array of strings
   */
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

  /**
   * Returns an array of finite numbers.
   *
   * @param least the minimum; {@code -Double.MAX_VALUE} for none
   * @param most the maximum; {@link Double#MAX_VALUE} for none
   * @throws IOException if the value is not an array of numbers in this range
   */
  public List<Double> numbers(String key, double least, double most) throws IOException {
    List<Double> numbers = new ArrayList<>();
    for (JsonNode number : array(key)) {
      if (!isNumber(number, least, most)) {
        throw refusal(key + "[" + numbers.size() + "]", numberRule(least, most), number);
      }
      numbers.add(number.doubleValue());
    }
    return numbers;
  }

  /**
   * Returns an object.
   *
   * @param keys the keys that the object must have; it must have no others
   * @throws IOException if the value is not an object with exactly these keys
   */
  public Fields object(String key, String... keys) throws IOException {
    return object(key, List.of(keys), List.of());
  }

  /**
   * Returns an object.
   *
   * @param keys the keys that the object must have
   * @param optional the other keys that it may have
   * @throws IOException if the value is not an object with these keys
   */
  public Fields object(String key, List<String> keys, List<String> optional) throws IOException {
    return child(key, requireObject(key), keys, optional);
  }

  /**
   * Returns an array of objects.
   *
   * @param keys the keys that each object must have; it must have no others
   * @throws IOException if the value is not an array of objects with exactly these keys
   */
  public List<Fields> objects(String key, String... keys) throws IOException {
    return objects(key, List.of(keys), List.of());
  }

  /**
   * Returns an array of objects.
   *
   * @param keys the keys that each object must have
   * @param optional the other keys that it may have
   * @throws IOException if the value is not an array of objects with these keys
   */
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

  /**
   * Returns an object with any keys and values.
   *
   * @throws IOException if the value is not an object or contains a number that is not finite
   */
  public ObjectNode free(String key) throws IOException {
    JsonNode object = requireObject(key);
    requireFinite(key, object);
    return (ObjectNode) object;
  }

  /** Returns the value without checks; a missing node if the key is absent. */
  public JsonNode get(String key) {
    return json.path(key);
  }

  /**
   * Creates an error for an invalid value.
   *
   * @param rule what the value must be, such as {@code a string}
   * @param got the value
   */
  public UnreadableFileException refusal(String key, String rule, Object got) {
    return new UnreadableFileException(
        source, "", "\"" + path + key + "\" must be " + rule + ", got " + shortened(got));
  }

  /**
   * Creates an error for keys that do not match each other.
   *
   * @param message the rule and what came
   */
  public UnreadableFileException failure(String message) {
    return new UnreadableFileException(source, "", message);
  }

  private Fields child(String key, JsonNode object, List<String> keys, List<String> optional)
      throws IOException {
    Fields child = new Fields(source, path + key + ".", object);
    child.requireKeys(keys, optional);
    return child;
  }

  private JsonNode array(String key) throws IOException {
    return require(key, JsonNode::isArray, "an array");
  }

  private JsonNode requireObject(String key) throws IOException {
    return require(key, JsonNode::isObject, "an object");
  }

  private JsonNode require(String key, Predicate<JsonNode> valid, String rule) throws IOException {
    JsonNode value = get(key);
    if (!valid.test(value)) {
      throw refusal(key, rule, value);
    }
    return value;
  }

  /** Checks that all numbers are finite: Jackson reads a number such as 1e999 as infinity. */
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
