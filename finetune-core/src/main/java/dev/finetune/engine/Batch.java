package dev.finetune.engine;

import dev.finetune.graph.layer.Shape;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Examples that go through a network together. An example is one buffer of values per input of the
 * network, images in channel, height, width order. The buffers' positions are left alone.
 */
public record Batch(List<FloatBuffer[]> examples) {

  /** Examples of arrays, which are not copied. */
  public static Batch of(List<float[][]> examples) {
    return new Batch(
        examples.stream()
            .map(e -> Arrays.stream(e).map(FloatBuffer::wrap).toArray(FloatBuffer[]::new))
            .toList());
  }

  /** Those from one number up to another, which is not among them. */
  public Batch part(int from, int to) {
    return new Batch(examples.subList(from, to));
  }

  /** How many there are. */
  public int size() {
    return examples.size();
  }

  /**
   * What an example has for an input.
   *
   * @throws IllegalArgumentException if it is not of that shape's size
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
