package dev.finetune.internal.onednn;

import dev.finetune.graph.layer.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.reorder;

/** A builder of a {@link Program}: it collects operations, and tracks when each slot is in use. */
final class Recorder {

  private final List<Operation> operations = new ArrayList<>();
  private final List<Place.Slot> slots = new ArrayList<>();
  private int backward = Integer.MAX_VALUE;

  /** Creates a slot for a tensor of that layout. */
  Place.Slot slot(memory.desc layout) {
    return slot(layout.get_size());
  }

  private Place.Slot slot(long bytes) {
    Place.Slot slot = new Place.Slot(bytes);
    slots.add(slot);
    return slot;
  }

  /** Creates a value of that layout, in a new slot. */
  Value value(memory.desc layout, Shape shape) {
    return new Value(slot(layout), layout, shape);
  }

  /** Creates an argument of a primitive, in a new slot. */
  Argument argument(int role, memory.desc layout) {
    return new Argument(role, layout, slot(layout));
  }

  /** Returns attributes with which a primitive's scratchpad is allocated in the arena. */
  static primitive_attr attributes() {
    primitive_attr attributes = new primitive_attr();
    attributes.set_scratchpad_mode(dnnl.scratchpad_mode.user);
    return attributes;
  }

  /** Returns the same attributes with operations that are applied to each result. */
  static primitive_attr attributes(post_ops after) {
    primitive_attr attributes = attributes();
    attributes.set_post_ops(after);
    return attributes;
  }

  /** Adds a primitive, and a slot for its scratchpad. */
  void add(String label, primitive_desc_base description, primitive made, Argument... arguments) {
    List<Argument> all = new ArrayList<>(Arrays.asList(arguments));
    memory.desc scratch = description.scratchpad_desc();
    if (scratch.get_size() > 0) {
      all.add(new Argument(dnnl.DNNL_ARG_SCRATCHPAD, scratch, slot(scratch)));
    }
    for (Argument argument : all) {
      if (argument.place() instanceof Place.Slot slot) {
        slot.use(operations.size());
      }
    }
    operations.add(
        new Operation.Native(
            label + " " + description.impl_info_str().getString(), made, List.copyOf(all)));
  }

  /** Adds a step in Java. */
  void add(String label, Operation.Body body, Place.Slot... used) {
    for (Place.Slot slot : used) {
      slot.use(operations.size());
    }
    operations.add(new Operation.OnSlots(label, List.of(used), body));
  }

  /** Returns the value in that layout: itself, or a copy that is recorded here. */
  Value reorder(String label, Value value, memory.desc layout) {
    if (value.layout().equals(layout)) {
      return value;
    }
    Value copy = value(layout, value.shape());
    reorder(label, value.layout(), value.slot(), layout, copy.slot());
    return copy;
  }

  /** Adds a copy between layouts. */
  void reorder(String label, memory.desc from, Place source, memory.desc to, Place target) {
    reorder.primitive_desc description =
        new reorder.primitive_desc(OneDnn.engine(), from, OneDnn.engine(), to, attributes(), false);
    add(
        label + " reorder",
        description,
        new reorder(description),
        new Argument(dnnl.DNNL_ARG_FROM, from, source),
        new Argument(dnnl.DNNL_ARG_TO, to, target));
  }

  /**
   * Marks the end of the forward pass: operations added from now on belong to the backward pass.
   */
  void turnBack() {
    backward = operations.size();
  }

  /** Plans the memory and returns the program. */
  Program program() {
    return new Program(
        List.copyOf(operations), Math.min(backward, operations.size()), MemoryPlan.place(slots));
  }
}
