package dev.finetune.zoo.weights;

import com.google.common.collect.ImmutableMap;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.KerasClass;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names of layers and tensors in Keras' files, from its first versions to version 3. */
final class KerasNames {

  /** Patterns of the last part of a name such as {@code fire2/squeeze1x1_3/kernel:0}. */
  private static final ImmutableMap<Pattern, ParameterRole> ROLES =
      ImmutableMap.<Pattern, ParameterRole>builder()
          .put(Pattern.compile("(.*_)?depthwise_kernel(_\\d+)?"), ParameterRole.DEPTHWISE_KERNEL)
          .put(Pattern.compile("(.*_)?(pointwise_)?kernel(_\\d+)?"), ParameterRole.KERNEL)
          .put(Pattern.compile("(.*_)?W(_\\d+)?"), ParameterRole.KERNEL)
          .put(Pattern.compile("bias(_\\d+)?|(.*_)?b(_\\d+)?"), ParameterRole.BIAS)
          .put(Pattern.compile("(.*_)?gamma(_\\d+)?"), ParameterRole.GAMMA)
          .put(Pattern.compile("(.*_)?beta(_\\d+)?"), ParameterRole.BETA)
          .put(Pattern.compile("(.*_)?(moving_|running_)?mean(_\\d+)?"), ParameterRole.MOVING_MEAN)
          .put(
              Pattern.compile("(.*_)?((moving_|running_)?variance|running_std)(_\\d+)?"),
              ParameterRole.MOVING_VARIANCE)
          .put(Pattern.compile("count"), ParameterRole.COUNT)
          .buildOrThrow();

  private KerasNames() {}

  /** Returns the role of a tensor, or null if its name is unknown. */
  static @Nullable ParameterRole role(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1).replaceFirst(":\\d+$", "");
    for (Map.Entry<Pattern, ParameterRole> entry : ROLES.entrySet()) {
      if (entry.getKey().matcher(last).matches()) {
        return entry.getValue();
      }
    }
    return null;
  }

  /**
   * Returns the name in Keras 3's files of each layer with parameters: that of its class, numbered
   * in the order of the model's layers, after that of the sequential model that contains it.
   */
  static Map<String, String> byClass(Definition network) {
    Map<String, Integer> counts = new HashMap<>();
    Map<String, String> blocks = new HashMap<>();
    Map<String, String> names = new LinkedHashMap<>();
    for (Node node : network.graph().nodes()) {
      if (!node.parameters().isEmpty()) {
        KerasClass kind =
            network
                .kerasClasses()
                .getOrDefault(node.name(), new KerasClass("", node.layer().kerasClass()));
        String path = "";
        if (!kind.block().isEmpty()) {
          path = blocks.computeIfAbsent(kind.block(), b -> numbered("sequential", counts)) + "/";
        }
        names.put(node.name(), numbered(path + kind.name(), counts));
      }
    }
    return names;
  }

  private static String numbered(String kind, Map<String, Integer> counts) {
    int number = counts.merge(kind, 1, Integer::sum) - 1;
    return number == 0 ? kind : kind + "_" + number;
  }
}
