package dev.finetune.internal.continued;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.head.HeadLayer;
import java.util.List;

/**
 * The layers of a model between its backbone and its logits.
 *
 * @param nodes the layers, in order
 * @param notation the notation that the plan of the model has
 */
record KeptHead(List<Node> nodes, String notation) implements HeadLayer {

  KeptHead {
    nodes = List.copyOf(nodes);
  }

  @Override
  public void appendTo(LayerGraph.Builder graph) {
    for (Node node : nodes) {
      graph.add(node.name(), node.layer(), node.inputs().toArray(String[]::new));
    }
  }
}
