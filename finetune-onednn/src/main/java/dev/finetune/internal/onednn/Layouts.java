package dev.finetune.internal.onednn;

import dev.finetune.graph.layer.Shape;
import org.bytedeco.dnnl.memory;

/**
 * Memory descriptors: dimensions and the order of values in memory. All values are 32-bit floats.
 */
final class Layouts {

  /** The number of channels in a block of oneDNN's layouts for AVX-512. */
  static final int BLOCK = 16;

  private Layouts() {}

  /** Returns the layout of vectors in rows, or of images in channel, height, width order. */
  static memory.desc plain(Shape shape, int batch) {
    return plain(dimensions(shape, batch));
  }

  /** Returns the row-major layout of 1 to 5 dimensions. */
  static memory.desc plain(long... dimensions) {
    return of(
        switch (dimensions.length) {
          case 1 -> memory.format_tag.a;
          case 2 -> memory.format_tag.ab;
          case 3 -> memory.format_tag.abc;
          case 4 -> memory.format_tag.abcd;
          case 5 -> memory.format_tag.abcde;
          default ->
              throw new IllegalArgumentException(
                  "A layout must have 1 to 5 dimensions, got " + dimensions.length);
        },
        dimensions);
  }

  /** Returns the layout of images in height, width, channel order. */
  static memory.desc channelsLast(Shape shape, int batch) {
    return of(memory.format_tag.acdb, dimensions(shape, batch));
  }

  /** Returns a descriptor whose layout the primitive chooses. */
  static memory.desc any(Shape shape, int batch) {
    return any(dimensions(shape, batch));
  }

  /** Returns a descriptor whose layout the primitive chooses. */
  static memory.desc any(long... dimensions) {
    return of(memory.format_tag.any, dimensions);
  }

  static memory.desc of(memory.format_tag tag, long... dimensions) {
    return new memory.desc(dimensions, memory.data_type.f32, tag);
  }

  /** Returns (batch, channels) for vectors, else (batch, channels, height, width). */
  static long[] dimensions(Shape shape, int batch) {
    return shape.flat()
        ? new long[] {batch, shape.channels()}
        : new long[] {batch, shape.channels(), shape.height(), shape.width()};
  }
}
