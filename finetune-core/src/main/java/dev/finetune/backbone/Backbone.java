package dev.finetune.backbone;

import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Shape;
import dev.finetune.head.HeadLayer;
import dev.finetune.image.InputSpec;
import dev.finetune.weights.Weights;
import java.util.Arrays;
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
   * {@return the classification layer of the pretraining; empty if there is none, it is unknown, or
   * it does not read the averages of the last feature maps} Empty by default. May read a file to
   * find out whether it has the layer. Training with {@link dev.finetune.train.CoTuning} uses it.
   */
  default Optional<SourceHead> sourceHead() {
    return Optional.empty();
  }

  /**
   * {@return this backbone with the classification layer of its pretraining}
   *
   * @param head the layer, which reads the outputs of this backbone, averaged over their positions
   */
  default Backbone withSourceHead(SourceHead head) {
    return new WithSourceHead(this, checkNotNull(head, "head must not be null"));
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
   * {@return a backbone that ends in the features of several layers, for a linear probe} See {@link
   * #withPooledFeatures(List)}.
   *
   * <pre>{@code
   * FineTune.from(backbone.withPooledFeatures("fire5/concat", "fire9/concat")).probe(Probe.only())
   * }</pre>
   *
   * @param layers the names of the layers, in the order of their features
   * @throws IllegalArgumentException if there is no name, a name occurs twice, or no layer has it
   */
  default Backbone withPooledFeatures(String... layers) {
    return withPooledFeatures(Arrays.asList(layers));
  }

  /**
   * {@return a backbone that ends in the features of several layers, for a linear probe} Earlier
   * layers keep details that the last one has lost (U. Evci et al., "Head2Toe: Utilizing
   * Intermediate Representations for Better Transfer Learning", ICML 2022). The output is a vector:
   * the outputs of the layers one after the other, feature maps averaged to one value each. It has
   * as many values as the layers have channels in all. Scales differ between layers: a probe
   * standardises each value, and training with an optimizer does not.
   *
   * <p>Weights, input and preprocessing are those of this backbone. Layers that the features do not
   * need are left out, and a stage that is cut ends with the features. The poolings and the
   * concatenation come last and count as layers of the backbone; there is no {@link #usualHead}.
   *
   * @param layers the names of the layers, in the order of their features
   * @throws IllegalArgumentException if there is no name, a name occurs twice, or no layer has it
   */
  default Backbone withPooledFeatures(List<String> layers) {
    return PooledFeatures.of(this, layers);
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
