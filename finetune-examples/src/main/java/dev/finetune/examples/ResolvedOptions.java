package dev.finetune.examples;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The options of a training with all defaults filled in, in order. A flag has no value, and a value
 * may be empty: a head without layers. Paths of data and output are not among them.
 */
final class ResolvedOptions {

  private final Map<String, Optional<String>> values = new LinkedHashMap<>();

  /** Adds an option with its value. */
  ResolvedOptions add(String name, Object value) {
    values.put(name, Optional.of(value.toString()));
    return this;
  }

  /** Adds a flag. */
  ResolvedOptions flag(String name) {
    values.put(name, Optional.empty());
    return this;
  }

  /** Adds all options of another object. */
  ResolvedOptions addAll(ResolvedOptions other) {
    values.putAll(other.values);
    return this;
  }

  /** Returns the value of an option. */
  Optional<String> get(String name) {
    return values.getOrDefault(name, Optional.empty());
  }

  /** Returns the options as arguments of the command line. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    values.forEach(
        (name, value) -> {
          arguments.add(name);
          value.ifPresent(arguments::add);
        });
    return arguments;
  }

  /** Returns the options as a JSON object, without the dashes of their names. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    values.forEach((name, value) -> json.put(name.substring(2), value.orElse("yes")));
    return json;
  }
}
