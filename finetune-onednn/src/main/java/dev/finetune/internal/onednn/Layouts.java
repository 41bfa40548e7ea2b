package dev.finetune.internal.onednn;

import dev.finetune.graph.layer.Shape;
import org.bytedeco.dnnl.memory;

/** Memory descriptors: dimensions and the order of values in memory. All values are float32. */
final class Layouts {

  /** Channels in a block of oneDNN's layouts for AVX-512. */
  static final int BLOCK = 16;

  private Layouts() {}

  /** Rows of vectors, or images in channel, height, width order. */
  static memory.desc plain(Shape shape, int batch) {
    return plain(dimensions(shape, batch));
  }

  /** Row-major. */
  static memory.desc plain(long... dimensions) {
    return of(
        switch (dimensions.length) {
          case 1 -> memory.format_tag.a;
          case 2 -> memory.format_tag.ab;
          case 3 -> memory.format_tag.abc;
          case 4 -> memory.format_tag.abcd;
          case 5 -> memory.format_tag.abcde;
          default -> throw new IllegalArgumentException("No layout of rank " + dimensions.length);
        },
        dimensions);
  }

  /** Images in height, width, channel order. */
  static memory.desc channelsLast(Shape shape, int batch) {
    return of(memory.format_tag.acdb, dimensions(shape, batch));
  }

  /** Whatever the primitive likes best. */
  static memory.desc any(Shape shape, int batch) {
    return any(dimensions(shape, batch));
  }

  /** Whatever the primitive likes best. */
  static memory.desc any(long... dimensions) {
    return of(memory.format_tag.any, dimensions);
  }

  static memory.desc of(memory.format_tag tag, long... dimensions) {
    return new memory.desc(dimensions, memory.data_type.f32, tag);
  }

  static long[] dimensions(Shape shape, int batch) {
    return shape.flat()
        ? new long[] {batch, shape.channels()}
        : new long[] {batch, shape.channels(), shape.height(), shape.width()};
  }
}
