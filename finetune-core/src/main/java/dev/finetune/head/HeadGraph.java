package dev.finetune.head;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Flatten;
import java.util.List;

/** Puts a head on a backbone. */
public final class HeadGraph {

  /** The name of the last layer of every plan: the scores before softmax. */
  public static final String LOGITS = "logits";

  private static final String PREFIX = "head/";

  private HeadGraph() {}

  /** The backbone, the head's layers, and a dense layer that gives one logit per class. */
  public static LayerGraph append(LayerGraph backbone, List<HeadLayer> head, int classes) {
    LayerGraph.Builder graph = backbone.toBuilder();
    checkArgument(
        backbone.outputs().equals(List.of(graph.last())),
        "A head goes behind the backbone's last layer, \"%s\", which is to be its only output; got %s",
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

  /** head/dense, head/dense_1, head/dense_2, ..., as Keras numbers them. */
  static String uniqueName(LayerGraph.Builder graph, String name) {
    String candidate = PREFIX + name;
    for (int i = 1; graph.contains(candidate); i++) {
      candidate = PREFIX + name + "_" + i;
    }
    return candidate;
  }
}
