package dev.finetune.zoo.architecture;

import com.google.common.collect.ImmutableMap;
import dev.finetune.graph.LayerGraph;

/**
 * A network of the zoo and what PyTorch calls its tensors.
 *
 * @param graph its layers, named as in Keras
 * @param tensorNames for a PyTorch tensor name up to its last dot, or for a whole one, the layer it
 *     belongs to, in the names of the network's dialect; empty for Keras', whose files use the
 *     graph's names
 * @param kerasClasses for a layer what it is in Keras, where that does not follow from its kind
 */
public record Definition(
    LayerGraph graph,
    ImmutableMap<String, String> tensorNames,
    ImmutableMap<String, KerasClass> kerasClasses) {

  /** A network whose layers are in Keras what their kinds say. */
  public Definition(LayerGraph graph, ImmutableMap<String, String> tensorNames) {
    this(graph, tensorNames, ImmutableMap.of());
  }
}
