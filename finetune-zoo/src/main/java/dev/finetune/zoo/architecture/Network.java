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
 */
public record Network(LayerGraph graph, ImmutableMap<String, String> tensorNames) {}
