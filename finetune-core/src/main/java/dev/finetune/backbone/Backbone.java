package dev.finetune.backbone;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Shape;
import dev.finetune.head.HeadLayer;
import dev.finetune.image.InputSpec;
import dev.finetune.weights.Weights;
import java.util.List;
import java.util.Optional;

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
   * it once, and a recipe may call it before.
   *
   * @throws dev.finetune.weights.WeightsException if the file does not fit the graph
   */
  Weights weights();

  /**
   * {@return the origin of the weights for provenance, such as a file's name and hash, or a seed}
   */
  String weightsOrigin();

  /**
   * {@return the layers between the backbone and the logits if the application sets no head} Empty
   * by default, so that images are flattened. The backbones of the zoo average their last feature
   * maps if the published network does: flattened, MobileNetV2 would have 62,720 values per class
   * instead of 1,280.
   */
  default List<HeadLayer> usualHead() {
    return List.of();
  }

  /**
   * {@return this backbone for square images with another side; empty if the size is fixed} Recipes
   * choose the size of the images with it. A size that the application chose is fixed.
   *
   * @param side the height and width of the images in pixels
   * @throws IllegalArgumentException if the images are too small for the network
   */
  default Optional<Backbone> withSide(int side) {
    return Optional.empty();
  }

  /**
   * {@return the layers of this backbone for square images with another side} Layers with
   * parameters have the names of {@link #graph()}. Unlike {@link #withSide}, it does not matter who
   * chose the size: a training uses these layers for its first epochs only, see {@link
   * dev.finetune.FineTune#smallerUntil}.
   *
   * @param side the height and width of the images in pixels, at least 1
   * @throws IllegalArgumentException if the images are too small for the network
   */
  default LayerGraph graphAt(int side) {
    return graph().withInput(Shape.image(3, side, side));
  }

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
