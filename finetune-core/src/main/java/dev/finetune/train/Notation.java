package dev.finetune.train;

import com.google.common.base.Splitter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A notation of the command line: a name, an argument and settings, such as {@code
 * adamw:1e-3,decay=0.05}. A setting without a value is a flag.
 */
final class Notation {

  private final String text;
  private final String name;
  private final Optional<String> argument;
  private final Map<String, String> settings = new LinkedHashMap<>();

  /**
   * Splits a notation into its parts.
   *
   * @throws IllegalArgumentException if a setting is empty or occurs twice
   */
  Notation(String text) {
    this.text = text;
    List<String> parts = Splitter.on(',').trimResults().splitToList(text);
    List<String> first = Splitter.on(':').trimResults().limit(2).splitToList(parts.get(0));
    this.name = first.get(0);
    this.argument = first.size() == 2 ? Optional.of(first.get(1)) : Optional.empty();
    for (String part : parts.subList(1, parts.size())) {
      List<String> pair = Splitter.on('=').trimResults().limit(2).splitToList(part);
      if (pair.get(0).isEmpty()) {
        throw refusal("A setting must have a name", "\"" + part + "\"");
      }
      if (settings.put(pair.get(0), pair.size() == 2 ? pair.get(1) : "") != null) {
        throw refusal("A setting must be given once", pair.get(0) + " twice");
      }
    }
  }

  String name() {
    return name;
  }

  Optional<String> argument() {
    return argument;
  }

  boolean has(String key) {
    return settings.containsKey(key);
  }

  /**
   * Checks that there are no other settings.
   *
   * @throws IllegalArgumentException if a setting has another name
   */
  void requireOnly(Set<String> keys) {
    for (String key : settings.keySet()) {
      if (!keys.contains(key)) {
        throw refusal(
            keys.isEmpty()
                ? name + " must have no settings"
                : "The settings of " + name + " must be among " + keys,
            "\"" + key + "\"");
      }
    }
  }

  /**
   * Returns whether a flag is set.
   *
   * @throws IllegalArgumentException if it has a value
   */
  boolean flag(String key) {
    String value = settings.get(key);
    if (value != null && !value.isEmpty()) {
      throw refusal(key + " must have no value", "\"" + value + "\"");
    }
    return value != null;
  }

  /**
   * Returns the number of a setting, or the default if it is not given.
   *
   * @throws IllegalArgumentException if it is not a number
   */
  double number(String key, double otherwise) {
    String value = settings.get(key);
    return value == null ? otherwise : parse(key, value);
  }

  /**
   * Returns the whole number of a setting.
   *
   * @throws IllegalArgumentException if it is missing or not a whole number
   */
  long whole(String key) {
    String value = settings.getOrDefault(key, "");
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          key + " must be a whole number, got \"" + value + "\" in \"" + text + "\"", e);
    }
  }

  /**
   * Returns the numbers of a setting, separated by slashes; empty if it is not given.
   *
   * @throws IllegalArgumentException if one is not a number
   */
  List<Double> numbers(String key) {
    List<Double> numbers = new ArrayList<>();
    String value = settings.get(key);
    if (value != null) {
      for (String part : Splitter.on('/').trimResults().split(value)) {
        numbers.add(parse(key, part));
      }
    }
    return numbers;
  }

  /**
   * Parses a number.
   *
   * @throws IllegalArgumentException if it is not a number
   */
  double parse(String key, String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          key + " must be a number, got \"" + value + "\" in \"" + text + "\"", e);
    }
  }

  /** Returns the exception for a notation that breaks a rule. */
  IllegalArgumentException refusal(String rule, String got) {
    return new IllegalArgumentException(
        rule + ", got " + got + (got.equals("\"" + text + "\"") ? "" : " in \"" + text + "\""));
  }

  /** Returns a setting in the notation, or nothing if it has its default. */
  static String setting(String key, double value, double otherwise) {
    return value == otherwise ? "" : "," + key + "=" + value;
  }

  @Override
  public String toString() {
    return text;
  }
}
