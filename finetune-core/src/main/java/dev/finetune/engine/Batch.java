package dev.finetune.engine;

import dev.finetune.annotation.Experimental;
import dev.finetune.graph.layer.Shape;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A batch of examples that a network processes together.
 *
 * @param examples for each example, one buffer of float32 values per input of the network, in the
 *     order of the inputs. Images are in channel, height, width order. The values are those from
 *     the buffer's position to its limit; reading them does not move the position
 */
@Experimental
public record Batch(List<FloatBuffer[]> examples) {

  /**
   * {@return a batch backed by the arrays, which are not copied}
   *
   * @param examples for each example, one array per input of the network
   */
  public static Batch of(List<float[][]> examples) {
    return new Batch(
        examples.stream()
            .map(e -> Arrays.stream(e).map(FloatBuffer::wrap).toArray(FloatBuffer[]::new))
            .toList());
  }

  /**
   * {@return a batch of some of the examples, which are not copied}
   *
   * @param from the index of the first example
   * @param to the index after the last example
   * @throws IndexOutOfBoundsException if the range is not within the batch
   */
  public Batch part(int from, int to) {
    return new Batch(examples.subList(from, to));
  }

  /** {@return the number of examples} */
  public int size() {
    return examples.size();
  }

  /**
   * {@return the values of one example for one input, as a view with its own position}
   *
   * @param index the index of the example
   * @param input the index of the network's input
   * @param shape the expected shape
   * @throws IllegalArgumentException if the number of values does not match the shape
   * @throws IndexOutOfBoundsException if there is no such example or input
   */
  public FloatBuffer example(int index, int input, Shape shape) {
    FloatBuffer values = examples.get(index)[input];
    if (values.remaining() != shape.size()) {
      throw new IllegalArgumentException(
          "An input of shape "
              + shape
              + " must have "
              + shape.size()
              + " values, got "
              + values.remaining());
    }
    return values.duplicate();
  }
}
