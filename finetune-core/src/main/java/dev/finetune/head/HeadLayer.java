package dev.finetune.head;

import dev.finetune.graph.LayerGraph;

/**
 * A layer of the head. Made by {@link HeadLayers}; {@code dense} and whatever else needs a vector
 * flattens an image first.
 */
public interface HeadLayer {

  /** Adds this layer behind the last one of the builder. */
  void appendTo(LayerGraph.Builder graph);

  /** How it is written, such as {@code dense:128}; {@link HeadLayers#parse} reads it. */
  String notation();
}
