package dev.finetune.train;

import dev.finetune.annotation.Experimental;
import dev.finetune.graph.layer.Shape;
import dev.finetune.loss.Targets;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A random mixture of the examples of a training batch and of their targets. Implementations are
 * immutable and safe for use from several threads.
 */
@Experimental
public interface BatchMix {

  /**
   * A mixed batch.
   *
   * @param inputs for each example, one buffer per input of the network
   * @param targets the mixed targets, with the weights of the examples
   */
  record Mixed(List<FloatBuffer[]> inputs, Targets targets) {
    /**
     * Creates a mixed batch. Copies the list.
     *
     * @param inputs for each example, one buffer per input of the network
     * @param targets the mixed targets, with the weights of the examples
     */
    public Mixed {
      inputs = List.copyOf(inputs);
    }
  }

  /**
   * {@return a mixed copy of a batch} The result depends on the arguments only.
   *
   * @param inputs for each example, one buffer per input, with the values from its position to its
   *     limit; not changed
   * @param shapes the shape of each input; an image has its values by channel, row and column
   * @param targets the targets of the examples
   * @param outputs the number of outputs of the network
   * @param random the only source of randomness
   * @throws IllegalArgumentException if the targets or shapes cannot be mixed
   */
  Mixed mix(
      List<FloatBuffer[]> inputs,
      List<Shape> shapes,
      Targets targets,
      int outputs,
      RandomGenerator random);

  /**
   * Checks that batches can be mixed, before any is.
   *
   * @param shapes the shape of each input
   * @param kind the kind of the targets
   * @throws IllegalArgumentException if the shapes or targets cannot be mixed
   */
  void require(List<Shape> shapes, Targets.Kind kind);

  /**
   * {@return a description with all settings} It is part of the settings of a training, so
   * different mixtures must have different descriptions.
   */
  String description();

  /**
   * {@return mixup: each batch is averaged with a shuffled copy of itself}
   *
   * @param alpha the parameter of the distribution of the shares, over 0 and at most 100; 0.2 is
   *     usual for images
   * @throws IllegalArgumentException if {@code alpha} is outside its range
   */
  static Mixup mixup(double alpha) {
    return new Mixup(alpha);
  }

  /**
   * {@return CutMix: a rectangle of each image is replaced by that of another image of the batch}
   *
   * @param alpha the parameter of the distribution of the shares, over 0 and at most 100; 1 is
   *     usual
   * @throws IllegalArgumentException if {@code alpha} is outside its range
   */
  static CutMix cutmix(double alpha) {
    return new CutMix(alpha);
  }

  /**
   * {@return one of two mixtures for each batch, with equal probability}
   *
   * @param first one of them
   * @param second the other
   * @throws NullPointerException if one is null
   */
  static BatchMix either(BatchMix first, BatchMix second) {
    return new EitherMix(first, second);
  }

  /**
   * {@return the mixture of a notation: {@code mixup:ALPHA}, {@code cutmix:ALPHA}, or both with a
   * comma between them for {@link #either}}
   *
   * @param notation the notation, such as {@code mixup:0.2,cutmix:1}
   * @throws IllegalArgumentException if the notation is invalid
   */
  static BatchMix parse(String notation) {
    return MixNotation.parse(notation);
  }
}
