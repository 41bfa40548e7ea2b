package dev.finetune.zoo.weights;

import com.google.common.collect.Table;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.WeightsException;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.CutArchitecture;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Top;
import java.util.Map;
import java.util.Optional;

/** Determines the width of a network from the shapes of tensors with PyTorch's names. */
final class TorchWidths {

  private TorchWidths() {}

  /**
   * Returns the width that all tensors of the backbone have; empty if it is that of the
   * architecture, or no usual width fits.
   */
  static Optional<Double> of(
      Map<String, Tensor> tensors, Architecture architecture, Form backbone) {
    if (fits(tensors, architecture, backbone)) {
      return Optional.empty();
    }
    return architecture.widths().stream()
        .filter(width -> fits(tensors, architecture.withWidth(width), backbone))
        .findFirst();
  }

  private static boolean fits(
      Map<String, Tensor> tensors, Architecture architecture, Form backbone) {
    Definition whole = CutArchitecture.whole(architecture).define(backbone.with(Top.LOGITS));
    LayerGraph wanted = architecture.define(backbone).graph();
    try {
      Table<String, ParameterRole, Tensor> found =
          TorchNames.assign(tensors, whole.tensorNames(), whole.graph(), "");
      return wanted.nodes().stream()
          .allMatch(
              node -> node.parameters().stream().allMatch(spec -> fits(found, node.name(), spec)));
    } catch (WeightsException e) {
      return false; // tensors of other networks
    }
  }

  private static boolean fits(
      Table<String, ParameterRole, Tensor> found, String layer, ParameterSpec spec) {
    Tensor tensor = found.get(layer, spec.role());
    return tensor != null && tensor.shape().equals(spec.shape());
  }
}
