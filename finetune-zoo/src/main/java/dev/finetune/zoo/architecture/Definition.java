package dev.finetune.zoo.architecture;

import com.google.common.collect.ImmutableMap;
import dev.finetune.annotation.Experimental;
import dev.finetune.graph.LayerGraph;

/**
 * The definition of a network: its layers, and their names in weight files.
 *
 * @param graph the layers, named as in Keras
 * @param tensorNames maps tensor names of the dialect, complete or up to the last dot, to layer
 *     names; empty for Keras' dialects, whose files use the names of the graph
 * @param kerasClasses maps layer names to classes in Keras, where the class does not follow from
 *     the layer itself
 */
@Experimental
public record Definition(
    LayerGraph graph,
    ImmutableMap<String, String> tensorNames,
    ImmutableMap<String, KerasClass> kerasClasses) {

  /**
   * Creates a definition whose classes in Keras all follow from the layers.
   *
   * @param graph the layers, named as in Keras
   * @param tensorNames maps tensor names of the dialect, complete or up to the last dot, to layer
   *     names
   */
  public Definition(LayerGraph graph, ImmutableMap<String, String> tensorNames) {
    this(graph, tensorNames, ImmutableMap.of());
  }
}
