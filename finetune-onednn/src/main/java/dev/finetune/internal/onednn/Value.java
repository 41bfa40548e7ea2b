package dev.finetune.internal.onednn;

import dev.finetune.graph.layer.Shape;
import org.bytedeco.dnnl.memory;

/**
 * A batch of activations or gradients in the arena.
 *
 * @param slot the memory of the values
 * @param layout the dimensions, batch included, and the order of the values in memory
 * @param shape the shape of one example
 * @param shared whether another value uses the same memory, so that it must not be overwritten
 */
record Value(Place.Slot slot, memory.desc layout, Shape shape, boolean shared) {

  Value(Place.Slot slot, memory.desc layout, Shape shape) {
    this(slot, layout, shape, false);
  }

  /** Returns a view of the same memory as another shape; both layouts must have the same order. */
  Value viewed(memory.desc as, Shape newShape) {
    return new Value(slot, as, newShape, shared);
  }

  /** Returns the same value, marked as shared. */
  Value asShared() {
    return new Value(slot, layout, shape, true);
  }

  /** Returns the value as an argument of a primitive. */
  Argument as(int role) {
    return new Argument(role, layout, slot);
  }
}
