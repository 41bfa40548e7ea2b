package dev.finetune.backbone;

import dev.finetune.graph.LayerGraph;
import dev.finetune.image.InputSpec;
import dev.finetune.weights.Weights;

/**
 * A network without its classification layers, to put a head on. The zoo has well-known ones;
 * {@link #of} creates one from its parts. Implementations are immutable.
 */
public interface Backbone {

  /** {@return the name for reports and provenance, such as {@code vgg16}} */
  String name();

  /** {@return the size and preprocessing of the input images} */
  InputSpec input();

  /** {@return the layers, with one input of shape {@code input().shape()} and one output} */
  LayerGraph graph();

  /**
   * {@return a value for every parameter of the graph} May read or download a file. Training calls
   * it once.
   *
   * @throws dev.finetune.weights.WeightsException if the file does not fit the graph
   */
  Weights weights();

  /**
   * {@return the origin of the weights for provenance, such as a file's name and hash, or a seed}
   */
  String weightsOrigin();

  /**
   * {@return a backbone with these parts}
   *
   * @param name the name for reports and provenance
   * @param input the size and preprocessing of the input images
   * @param graph the layers, with one input of shape {@code input.shape()} and one output
   * @param weights a value for every parameter of the graph and no others
   * @param weightsOrigin the origin of the weights for provenance and messages
   * @throws IllegalArgumentException if the graph does not have exactly one input of that shape
   * @throws dev.finetune.weights.WeightsException if the weights do not fit the graph or are not
   *     finite
   */
  static Backbone of(
      String name, InputSpec input, LayerGraph graph, Weights weights, String weightsOrigin) {
    return new FixedBackbone(name, input, graph, weights, weightsOrigin);
  }
}
