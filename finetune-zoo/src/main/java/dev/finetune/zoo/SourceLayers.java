package dev.finetune.zoo;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Pooling;
import dev.finetune.zoo.architecture.Top;
import java.util.Optional;

/** Finds the layer of a published network that a backbone can train beside a new head. */
final class SourceLayers {

  private SourceLayers() {}

  /**
   * Returns the last layer of the classifier, if it is dense and reads the averages of the last
   * feature maps directly. Dropout between them does not matter.
   *
   * @param form the size and dialect; its pooling and top are ignored
   */
  static Optional<Node> of(Architecture architecture, Form form) {
    LayerGraph features = graph(architecture, form.with(Top.NONE).with(Pooling.NONE));
    LayerGraph whole = graph(architecture, form.with(Top.LOGITS));
    Node last = whole.node(whole.outputs().get(0));
    if (!(last.layer() instanceof Dense)) {
      return Optional.empty();
    }
    Node before = before(whole, last);
    while (before.layer() instanceof Dropout) {
      before = before(whole, before);
    }
    return before.layer() instanceof GlobalAveragePool && features.outputs().equals(before.inputs())
        ? Optional.of(last)
        : Optional.empty();
  }

  private static LayerGraph graph(Architecture architecture, Form form) {
    return architecture.define(form).graph();
  }

  private static Node before(LayerGraph graph, Node node) {
    return graph.node(node.inputs().get(0));
  }
}
