package dev.finetune.zoo.weights;

import com.google.common.collect.ImmutableMap;
import dev.finetune.graph.ParameterRole;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What Keras calls the tensors of a layer, from its first versions to the newest. */
final class KerasNames {

  /** The last word of a name such as {@code fire2/squeeze1x1_3/kernel:0}. */
  private static final ImmutableMap<Pattern, ParameterRole> ROLES =
      ImmutableMap.of(
          Pattern.compile("kernel|(.*_)?W(_\\d+)?"), ParameterRole.KERNEL,
          Pattern.compile("bias|(.*_)?b(_\\d+)?"), ParameterRole.BIAS,
          Pattern.compile("(.*_)?gamma(_\\d+)?"), ParameterRole.GAMMA,
          Pattern.compile("(.*_)?beta(_\\d+)?"), ParameterRole.BETA,
          Pattern.compile("(.*_)?(moving|running)_mean(_\\d+)?"), ParameterRole.MOVING_MEAN,
          Pattern.compile("(.*_)?(moving|running)_(variance|std)(_\\d+)?"),
              ParameterRole.MOVING_VARIANCE);

  private KerasNames() {}

  static @Nullable ParameterRole role(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1).replaceFirst(":\\d+$", "");
    for (Map.Entry<Pattern, ParameterRole> entry : ROLES.entrySet()) {
      if (entry.getKey().matcher(last).matches()) {
        return entry.getValue();
      }
    }
    return null;
  }
}
