package dev.finetune.engine;

import dev.finetune.graph.layer.Shape;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Examples that go through a network together.
 *
 * @param examples each has a buffer of float32 values for every input of the network, images in
 *     channel, height, width order, from the buffer's position to its limit; reading them does not
 *     move the position
 */
public record Batch(List<FloatBuffer[]> examples) {

  /** Returns a batch over those arrays, which are not copied. */
  public static Batch of(List<float[][]> examples) {
    return new Batch(
        examples.stream()
            .map(e -> Arrays.stream(e).map(FloatBuffer::wrap).toArray(FloatBuffer[]::new))
            .toList());
  }

  /** Returns the examples from index {@code from} to index {@code to}, exclusive. */
  public Batch part(int from, int to) {
    return new Batch(examples.subList(from, to));
  }

  /** Returns the number of examples. */
  public int size() {
    return examples.size();
  }

  /**
   * Returns the values of an example for an input, as a view with a position of its own.
   *
   * @throws IllegalArgumentException if it does not have as many values as the shape
   */
  public FloatBuffer example(int index, int input, Shape shape) {
    FloatBuffer values = examples.get(index)[input];
    if (values.remaining() != shape.size()) {
      throw new IllegalArgumentException(
          "An input of shape "
              + shape
              + " has "
              + shape.size()
              + " values, got "
              + values.remaining());
    }
    return values.duplicate();
  }
}
