package dev.finetune.zoo.weights;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.graph.Layer;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.ParameterRole;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.WeightsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Brings tensors under PyTorch's names to layers and roles. */
final class TorchNames {

  private TorchNames() {}

  static Table<String, ParameterRole, Tensor> assign(
      Map<String, Tensor> tensors, Map<String, String> layerNames, LayerGraph graph, Path file) {
    Table<String, ParameterRole, Tensor> assigned = HashBasedTable.create();
    List<String> problems = new ArrayList<>();
    tensors.forEach(
        (name, tensor) -> {
          int dot = name.lastIndexOf('.');
          String layer = dot < 0 ? null : layerNames.get(name.substring(0, dot));
          ParameterRole role =
              layer == null ? null : role(name.substring(dot + 1), graph.node(layer).layer());
          if (layer == null || role == null) {
            problems.add("extra: " + name + " " + tensor.shape());
          } else {
            assigned.put(layer, role, layout(tensor, role));
          }
        });
    if (!problems.isEmpty()) {
      throw new WeightsException(file.toString(), problems);
    }
    return assigned;
  }

  private static @Nullable ParameterRole role(String word, Layer layer) {
    boolean norm = layer instanceof Layer.BatchNorm;
    return switch (word) {
      case "weight" -> norm ? ParameterRole.GAMMA : ParameterRole.KERNEL;
      case "bias" -> norm ? ParameterRole.BETA : ParameterRole.BIAS;
      case "running_mean" -> ParameterRole.MOVING_MEAN;
      case "running_var" -> ParameterRole.MOVING_VARIANCE;
      default -> null;
    };
  }

  /**
   * Convolutions and what flattens before a dense layer are laid out alike; a dense kernel is (out,
   * in) there and (in, out) here.
   */
  private static Tensor layout(Tensor tensor, ParameterRole role) {
    return role == ParameterRole.KERNEL && tensor.shape().size() == 2
        ? tensor.permute(1, 0)
        : tensor;
  }
}
