package dev.finetune.zoo.weights;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Table;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.weights.Tensor;
import dev.finetune.zoo.architecture.Definition;
import java.util.List;
import java.util.Map;

/** The complete names of a network's tensors in PyTorch's files. */
final class TorchNames {

  private TorchNames() {}

  /**
   * Returns the parameter for each name. A definition gives the names of modules, whose tensors
   * have the names of PyTorch's classes, and the complete names of tensors that are alone in their
   * layer. A layer can have older names besides its current one. Names of layers that are not in
   * the graph, such as the classifier's, are left out.
   */
  static ImmutableMap<String, TorchSlot> of(Definition definition) {
    ImmutableMap.Builder<String, TorchSlot> slots = ImmutableMap.builder();
    for (Map.Entry<String, String> entry : definition.tensorNames().entrySet()) {
      if (definition.graph().names().contains(entry.getValue())) {
        Node node = definition.graph().node(entry.getValue());
        List<ParameterSpec> specs = node.parameters();
        boolean norm = specs.stream().anyMatch(s -> s.role() == ParameterRole.BETA);
        for (ParameterSpec spec : specs) {
          String word = word(spec.role(), norm);
          slots.put(
              word.isEmpty() ? entry.getKey() : entry.getKey() + "." + word,
              new TorchSlot(node.name(), spec));
        }
      }
    }
    return slots.buildOrThrow();
  }

  /** Returns the last word of a name; empty if the tensor has the name of its layer. */
  private static String word(ParameterRole role, boolean norm) {
    return switch (role) {
      case KERNEL, DEPTHWISE_KERNEL -> "weight";
      case GAMMA -> norm ? "weight" : "";
      case BIAS, BETA -> "bias";
      case MOVING_MEAN -> "running_mean";
      case MOVING_VARIANCE -> "running_var";
      case COUNT -> "";
    };
  }

  /** Returns tensors by layer and role, in this library's layouts. */
  static Table<String, ParameterRole, Tensor> assign(
      Map<String, Tensor> tensors, Map<String, TorchSlot> slots) {
    Table<String, ParameterRole, Tensor> assigned = HashBasedTable.create();
    tensors.forEach(
        (name, tensor) -> {
          TorchSlot slot = slots.get(name);
          if (slot == null) {
            throw new IllegalArgumentException("name must be one of a parameter, got " + name);
          }
          assigned.put(slot.layer(), slot.spec().role(), TorchLayouts.convert(tensor, slot.spec()));
        });
    return assigned;
  }
}
