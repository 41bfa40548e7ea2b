package dev.finetune.internal.onednn;

import java.util.List;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.javacpp.FloatPointer;

/** One step of a program. */
sealed interface Operation {

  /** Returns the layer and the kind of work, for {@link OperationTimes}. */
  String label();

  /** A oneDNN primitive with its arguments. */
  record Native(String label, primitive made, List<Argument> arguments) implements Operation {}

  /** A step in Java for what oneDNN does not offer, on whole slots. */
  record OnSlots(String label, List<Place.Slot> slots, Body body) implements Operation {}

  /** The code of a step in Java; it receives the slots' memory, in order. */
  @FunctionalInterface
  interface Body {
    void run(List<FloatPointer> slots);
  }
}
