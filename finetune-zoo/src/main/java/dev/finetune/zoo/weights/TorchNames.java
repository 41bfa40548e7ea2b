package dev.finetune.zoo.weights;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.WeightsException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A matcher of tensors with PyTorch's names to layers and roles. */
final class TorchNames {

  /** The prefix of InceptionV3's auxiliary classifier, which is for training from scratch. */
  private static final String SECOND_CLASSIFIER = "AuxLogits.";

  private TorchNames() {}

  /** Returns how many of the names a definition's map contains. */
  static long known(Collection<String> names, Map<String, String> layers) {
    return names.stream().filter(name -> layer(name, layers) != null).count();
  }

  /**
   * Returns the tensors by layer and role, in this library's layouts.
   *
   * @throws WeightsException if tensors belong to no layer; it lists all of them
   */
  static Table<String, ParameterRole, Tensor> assign(
      Map<String, Tensor> tensors, Map<String, String> layers, LayerGraph graph, String source) {
    Table<String, ParameterRole, Tensor> assigned = HashBasedTable.create();
    List<String> problems = new ArrayList<>();
    tensors.forEach(
        (name, tensor) -> {
          if (withoutEffect(name)) {
            return;
          }
          String layer = layer(name, layers);
          ParameterSpec spec = layer == null ? null : spec(name, graph.node(layer));
          if (layer == null || spec == null) {
            problems.add("extra: " + name + " " + tensor.shape());
          } else {
            assigned.put(layer, spec.role(), TorchLayouts.convert(tensor, spec));
          }
        });
    if (!problems.isEmpty()) {
      throw new WeightsException(
          source, assigned.isEmpty() ? ForeignWeights.problem(problems) : problems);
    }
    return assigned;
  }

  private static boolean withoutEffect(String name) {
    return name.endsWith(".num_batches_tracked") || name.startsWith(SECOND_CLASSIFIER);
  }

  private static @Nullable String layer(String name, Map<String, String> layers) {
    String whole = layers.get(name);
    int dot = name.lastIndexOf('.');
    return whole != null || dot < 0 ? whole : layers.get(name.substring(0, dot));
  }

  private static @Nullable ParameterSpec spec(String name, Node node) {
    boolean norm = node.parameters().stream().anyMatch(s -> s.role() == ParameterRole.BETA);
    ParameterRole role =
        switch (name.substring(name.lastIndexOf('.') + 1)) {
          case "weight" -> norm ? ParameterRole.GAMMA : ParameterRole.KERNEL;
          case "bias" -> norm ? ParameterRole.BETA : ParameterRole.BIAS;
          case "running_mean" -> ParameterRole.MOVING_MEAN;
          case "running_var" -> ParameterRole.MOVING_VARIANCE;
          // The tensor is named after the layer, which has only this one.
          default -> node.parameters().get(0).role();
        };
    return node.parameters().stream().filter(s -> s.role() == role).findFirst().orElse(null);
  }
}
