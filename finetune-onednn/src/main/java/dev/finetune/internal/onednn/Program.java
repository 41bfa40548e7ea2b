package dev.finetune.internal.onednn;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/**
 * A sequence of operations, compiled for one batch size. It is bound to the memory of an arena
 * before it runs. Used by one thread at a time.
 */
final class Program {

  private final List<Operation> operations;
  private final int backward;
  private final long bytes;
  private final stream queue = new stream(OneDnn.engine());
  private List<Runnable> bound = List.of();
  private int boundTo = -1;

  /**
   * @param backward the index of the first operation of the backward pass
   * @param bytes the size of the arena that the operations need
   */
  Program(List<Operation> operations, int backward, long bytes) {
    this.operations = operations;
    this.backward = backward;
    this.bytes = bytes;
  }

  /** Returns the size of the arena that the program needs, in bytes. */
  long bytes() {
    return bytes;
  }

  /** Grows the arena and binds the operations to it. Inputs can be written afterwards. */
  void prepare(Arena arena) {
    arena.require(bytes);
    if (boundTo != arena.generation()) {
      bound = operations.stream().map(operation -> bind(operation, arena)).toList();
      boundTo = arena.generation();
    }
  }

  /**
   * Runs the forward pass.
   *
   * @param times receives the time of each operation; null not to measure
   */
  void forward(Arena arena, @Nullable OperationTimes times) {
    prepare(arena);
    run(0, backward, times);
  }

  /** Runs the backward pass, in the arena of the forward pass, which nothing else may have used. */
  void backward(@Nullable OperationTimes times) {
    run(backward, operations.size(), times);
  }

  private void run(int from, int to, @Nullable OperationTimes times) {
    if (times == null) {
      bound.subList(from, to).forEach(Runnable::run);
      queue._wait();
      return;
    }
    for (int i = from; i < to; i++) {
      long start = System.nanoTime();
      bound.get(i).run();
      queue._wait();
      times.add(operations.get(i).label(), System.nanoTime() - start);
    }
  }

  private Runnable bind(Operation operation, Arena arena) {
    if (operation instanceof Operation.Native step) {
      primitive made = step.made();
      IntMemoryMap arguments = new IntMemoryMap();
      for (Argument argument : step.arguments()) {
        arguments.put(argument.role(), memoryOf(argument, arena));
      }
      return () -> made.execute(queue, arguments);
    }
    Operation.OnSlots step = (Operation.OnSlots) operation;
    List<FloatPointer> pointers = new ArrayList<>();
    for (Place.Slot slot : step.slots()) {
      pointers.add(new FloatPointer(slot.in(arena)).capacity(slot.bytes() / Float.BYTES));
    }
    return () -> {
      queue._wait();
      step.body().run(pointers);
    };
  }

  private static memory memoryOf(Argument argument, Arena arena) {
    return new memory(argument.layout(), OneDnn.engine(), argument.place().in(arena));
  }
}
