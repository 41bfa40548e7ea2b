package dev.finetune.backbone;

import dev.finetune.graph.LayerGraph;
import dev.finetune.image.InputSpec;
import dev.finetune.weights.Weights;

/**
 * A network to build on: everything up to, and without, its classification layers. The zoo has
 * stock ones; {@link #of} makes one of your own.
 */
public interface Backbone {

  /** A name for reports and provenance, such as {@code vgg16}. */
  String name();

  /** How it wants its images. */
  InputSpec input();

  /** Its layers; one input of {@code input().shape()}, one output. */
  LayerGraph graph();

  /**
   * Its parameter values. May read a file or download one; called once per training.
   *
   * @throws dev.finetune.weights.WeightsException if the file does not fit the graph
   */
  Weights weights();

  /** Where the weights come from, for provenance: a file's name and hash, or a seed. */
  String weightsOrigin();

  /**
   * A backbone of given parts.
   *
   * @throws dev.finetune.weights.WeightsException if the weights do not fit the graph, or a value
   *     is not finite
   */
  static Backbone of(
      String name, InputSpec input, LayerGraph graph, Weights weights, String weightsOrigin) {
    return new FixedBackbone(name, input, graph, weights, weightsOrigin);
  }
}
