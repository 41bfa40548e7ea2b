package dev.finetune.internal.onednn;

import dev.finetune.graph.layer.Shape;
import org.bytedeco.dnnl.memory;

/**
 * A batch of activations or gradients in the arena.
 *
 * @param shape of one example
 * @param shared whether something else reads the same memory, so that it may not be written over
 */
record Value(Place.Slot slot, memory.desc layout, Shape shape, boolean shared) {

  Value(Place.Slot slot, memory.desc layout, Shape shape) {
    this(slot, layout, shape, false);
  }

  /** The same memory seen as another shape; the layout has to be the same values in order. */
  Value viewed(memory.desc as, Shape newShape) {
    return new Value(slot, as, newShape, shared);
  }

  /** This one, not to be written over. */
  Value asShared() {
    return new Value(slot, layout, shape, true);
  }

  Argument as(int role) {
    return new Argument(role, layout, slot);
  }
}
