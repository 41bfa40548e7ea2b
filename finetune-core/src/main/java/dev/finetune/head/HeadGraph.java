package dev.finetune.head;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Flatten;
import java.util.List;

/** The construction of a network from a backbone and a head. */
public final class HeadGraph {

  /** The name of the last layer of every network with a head: the scores before softmax. */
  public static final String LOGITS = "logits";

  private static final String PREFIX = "head/";

  private HeadGraph() {}

  /**
   * {@return a graph of the backbone, the head's layers and a dense layer with one logit per class}
   *
   * @param backbone the layers of the backbone, whose last layer is its only output
   * @param head the layers between the backbone and the logits, in order; may be empty
   * @param classes the number of logits, at least 1
   * @throws IllegalArgumentException if the backbone has other outputs, the backbone has a layer
   *     named {@code logits}, or the layers do not fit together
   */
  public static LayerGraph append(LayerGraph backbone, List<HeadLayer> head, int classes) {
    LayerGraph.Builder graph = backbone.toBuilder();
    checkArgument(
        backbone.outputs().equals(List.of(graph.last())),
        "The backbone's last layer, \"%s\", must be its only output, got the outputs %s",
        graph.last(),
        backbone.outputs());
    for (HeadLayer layer : head) {
      layer.appendTo(graph);
    }
    flatten(graph);
    graph.then(LOGITS, new Dense(classes, Activation.LINEAR));
    return graph.build();
  }

  static void flatten(LayerGraph.Builder graph) {
    if (!graph.lastShape().flat()) {
      graph.then(uniqueName(graph, "flatten"), new Flatten());
    }
  }

  /** Returns head/dense, head/dense_1, head/dense_2 and so on, numbered as in Keras. */
  static String uniqueName(LayerGraph.Builder graph, String name) {
    String candidate = PREFIX + name;
    for (int i = 1; graph.contains(candidate); i++) {
      candidate = PREFIX + name + "_" + i;
    }
    return candidate;
  }
}
