package dev.finetune.internal.onednn;

import java.util.List;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.javacpp.FloatPointer;

/** One step of a program. */
sealed interface Operation {

  /** What it does and for which layer, for profiles. */
  String label();

  /** A primitive of oneDNN. */
  record Native(String label, primitive made, List<Argument> arguments) implements Operation {}

  /** Something small that oneDNN does not do, over whole slots. */
  record OnSlots(String label, List<Place.Slot> slots, Body body) implements Operation {}

  /** What is done; the pointers are the slots', in order. */
  @FunctionalInterface
  interface Body {
    void run(List<FloatPointer> slots);
  }
}
