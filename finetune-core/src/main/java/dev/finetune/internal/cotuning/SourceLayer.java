package dev.finetune.internal.cotuning;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.backbone.SourceHead;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Concat;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.head.HeadGraph;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.List;

/**
 * The classification layer of the pretraining, as a layer of a network.
 *
 * @param classes the number of source classes
 * @param values the kernel and the bias
 */
public record SourceLayer(int classes, SourceHead.Layer values) {

  private static final String NAME = "source";
  private static final String OUTPUTS = "outputs";

  /** Reads the layer. */
  public static SourceLayer read(SourceHead head) {
    return new SourceLayer(head.classes(), head.read());
  }

  /**
   * Returns a network with this layer beside the logits. Its outputs are the logits, then those of
   * the source classes. The layer is one of its own, so a network without it has the same
   * parameters.
   */
  LayerGraph beside(LayerGraph network) {
    LayerGraph.Builder graph = network.toBuilder();
    String source = name(network, NAME);
    graph.add(
        source,
        new Dense(classes, Activation.LINEAR),
        network.node(HeadGraph.LOGITS).inputs().toArray(String[]::new));
    String outputs = name(network, OUTPUTS);
    graph.add(outputs, new Concat(), HeadGraph.LOGITS, source);
    return graph.build(List.of(outputs));
  }

  /** Returns the values of the layer in a network that has it beside its logits. */
  Weights weightsBeside(LayerGraph network) {
    return weights(name(network, NAME));
  }

  /** Returns the values of the layer in a network that has it in place of its logits. */
  public Weights weightsOfLogits() {
    return weights(HeadGraph.LOGITS);
  }

  private Weights weights(String name) {
    Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create();
    tensors.put(name, ParameterRole.KERNEL, values.kernel());
    tensors.put(name, ParameterRole.BIAS, values.bias());
    return Weights.of(tensors);
  }

  /** Returns a name that no layer of the network has. */
  private static String name(LayerGraph network, String wanted) {
    String candidate = HeadGraph.LOGITS + "/" + wanted;
    for (int i = 1; network.names().contains(candidate); i++) {
      candidate = HeadGraph.LOGITS + "/" + wanted + "_" + i;
    }
    return candidate;
  }
}
