package dev.finetune.internal.modelfile;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.graph.layer.Layer;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads layers that are exactly as {@link GraphJson} writes them, without its {@code ObjectMapper}:
 * setting that up takes 90 ms in a JVM that has just started. Every other layer is left to the
 * mapper, which decides whether it is valid and words the errors.
 */
final class WrittenLayers {

  /** The kinds of layers by their name in the file, which is the name of the class. */
  private static final Map<String, Class<?>> KINDS =
      GraphJson.kinds(Layer.class).collect(toMap(Class::getSimpleName, Function.identity()));

  private static final String DOUBLES = "java.util.List<java.lang.Double>";

  private WrittenLayers() {}

  /** Returns the layer; null if the mapper has to read it. */
  static @Nullable Layer read(JsonNode json) {
    Class<?> kind = KINDS.get(json.path(GraphJson.KIND).textValue());
    return kind == null ? null : (Layer) record(kind, json, 1);
  }

  /**
   * Reads a record whose components are the keys.
   *
   * @param otherKeys the number of keys that are not components
   */
  private static @Nullable Object record(Class<?> type, JsonNode json, int otherKeys) {
    RecordComponent[] components = type.getRecordComponents();
    if (json.size() != components.length + otherKeys) {
      return null;
    }
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = value(components[i], json.path(components[i].getName()));
      if (values[i] == null) {
        return null;
      }
    }
    try {
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      return null; // a setting is out of range: the mapper reports it
    }
  }

  private static @Nullable Object value(RecordComponent component, JsonNode json) {
    Class<?> type = component.getType();
    if (type == int.class) {
      return json.isInt() ? json.intValue() : null;
    }
    if (type == double.class) {
      return json.isDouble() ? json.doubleValue() : null;
    }
    if (type == boolean.class) {
      return json.isBoolean() ? json.booleanValue() : null;
    }
    if (type.isEnum()) {
      return constant(type, json.textValue());
    }
    if (type.isRecord()) {
      return record(type, json, 0);
    }
    return component.getGenericType().getTypeName().equals(DOUBLES) ? doubles(json) : null;
  }

  private static @Nullable Object constant(Class<?> type, @Nullable String name) {
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(name)) {
        return constant;
      }
    }
    return null;
  }

  private static @Nullable List<Double> doubles(JsonNode json) {
    List<Double> values = new ArrayList<>();
    for (JsonNode value : json) {
      if (!value.isDouble()) {
        return null;
      }
      values.add(value.doubleValue());
    }
    return json.isArray() ? values : null;
  }
}
