package dev.finetune.head;

import dev.finetune.graph.LayerGraph;

/**
 * A layer of the head, created by {@link HeadLayers}. A layer that needs a vector, such as {@code
 * dense}, flattens an image first.
 */
public interface HeadLayer {

  /**
   * Adds this layer after the builder's last one.
   *
   * @param graph the graph to extend
   * @throws IllegalArgumentException if the layer does not fit the output of the last one
   */
  void appendTo(LayerGraph.Builder graph);

  /**
   * {@return the notation of the command line, such as {@code dense:128}} {@link HeadLayers#parse}
   * reads it.
   */
  String notation();
}
