package dev.finetune.internal.dl4j;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.data.UnreadableFileException;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The classes that the configuration of a Deeplearning4j network names. Deeplearning4j loads and
 * initialises them, whatever they are, so all but its own and those of this library are refused
 * before it sees them.
 */
final class NamedClasses {

  private static final String CLASS = "@class";

  private static final Pattern ALLOWED =
      Pattern.compile(
          "(org\\.deeplearning4j|org\\.nd4j|dev\\.finetune\\.internal\\.dl4j)\\.[\\w.$]+");

  /** The keys of arrays of other texts. Elsewhere the first text of an array can be a class. */
  private static final Set<String> TEXTS =
      Set.of(
          "networkInputs",
          "networkOutputs",
          "vertexInputs",
          "topologicalOrderStr",
          "variables",
          "params");

  private NamedClasses() {}

  /**
   * Checks a configuration.
   *
   * @param file the file, for messages
   * @param place the part of the file, for messages
   * @throws UnreadableFileException if a class is not allowed
   */
  static void require(String file, String place, JsonNode json) throws UnreadableFileException {
    require(file, place, json, false);
  }

  private static void require(String file, String place, JsonNode json, boolean texts)
      throws UnreadableFileException {
    if (json.isArray() && json.path(0).isTextual() && !texts) {
      requireAllowed(file, place, json.get(0));
    }
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      if (field.getKey().equals(CLASS)) {
        requireAllowed(file, place, field.getValue());
      }
      require(file, place, field.getValue(), texts || TEXTS.contains(field.getKey()));
    }
    if (json.isArray()) {
      for (JsonNode element : json) {
        require(file, place, element, false);
      }
    }
  }

  private static void requireAllowed(String file, String place, JsonNode name)
      throws UnreadableFileException {
    if (!ALLOWED.matcher(name.asText()).matches()) {
      throw new UnreadableFileException(
          file, place, "classes must be those of Deeplearning4j's layers, got " + name);
    }
  }
}
