package dev.finetune.internal.training;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Verify.verifyNotNull;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Table;
import dev.finetune.engine.Parameter;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.train.Optimizer;
import dev.finetune.train.ParameterGroup;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Updates parameters with the rule of an optimizer, in one pass over memory, which dominates its
 * time. It copies pieces of the values and gradients to arrays that fit into the processor cache,
 * applies the vectorised rule, and copies the values back.
 */
final class Updates {

  /** The number of values of a piece. Five arrays of 16 kB fit into the second-level cache. */
  static final int PIECE = 4096;

  /** Values that are updated together, with their optimizer slots. */
  private static final class Piece {
    final Parameter parameter;
    final ParameterGroup group;
    final int from;
    final int length;

    /** Allocated in the first step, after the memory of the run has been checked. */
    private final float[][] slots;

    Piece(Parameter parameter, ParameterGroup group, int from, int length, int slots) {
      this.parameter = parameter;
      this.group = group;
      this.from = from;
      this.length = length;
      this.slots = new float[slots][];
    }

    float[] slot(int slot) {
      if (slots[slot] == null) {
        slots[slot] = new float[length];
      }
      return slots[slot];
    }

    float[][] slots() {
      for (int slot = 0; slot < slots.length; slot++) {
        slot(slot);
      }
      return slots;
    }
  }

  private final UpdatePlan plan;
  private final Optimizer optimizer;
  private final int threads;
  private final List<Piece> pieces = new ArrayList<>();
  private final Set<ParameterGroup> groups = new HashSet<>();
  private long steps;

  /**
   * Prepares the updates.
   *
   * @param threads the maximum number of threads that update parameters
   */
  Updates(List<Parameter> parameters, UpdatePlan plan, int threads) {
    this.plan = plan;
    this.optimizer = plan.optimizer();
    this.threads = threads;
    for (Parameter parameter : parameters) {
      ParameterGroup group = plan.groups().apply(parameter);
      groups.add(group);
      int count = Math.toIntExact(parameter.spec().count());
      for (int from = 0; from < count; from += PIECE) {
        int length = Math.min(PIECE, count - from);
        pieces.add(new Piece(parameter, group, from, length, optimizer.slots().size()));
      }
    }
  }

  /** Updates all parameters from their gradients. */
  void step() {
    steps++;
    double rate = plan.rate(steps);
    Map<ParameterGroup, Optimizer.Rule> rules = new HashMap<>();
    for (ParameterGroup group : groups) {
      rules.put(group, optimizer.rule(steps, rate * group.rate(), group.decay()));
    }
    AtomicInteger next = new AtomicInteger();
    if (threads == 1) {
      apply(rules, next);
    } else {
      // Each thread takes the next piece until none is left, so a slow one does not delay the
      // others.
      IntStream.range(0, threads).parallel().forEach(thread -> apply(rules, next));
    }
  }

  /** Returns the number of steps taken. */
  long steps() {
    return steps;
  }

  /** Returns copies of the optimizer slots, by name. */
  Map<String, Weights> slots() {
    ImmutableMap.Builder<String, Weights> slots = ImmutableMap.builder();
    for (int slot = 0; slot < optimizer.slots().size(); slot++) {
      Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create();
      for (Piece piece : pieces) {
        ParameterSpec spec = piece.parameter.spec();
        Tensor tensor = tensors.get(piece.parameter.layer(), spec.role());
        if (tensor == null) {
          tensor = Tensor.of(spec.shape(), new float[Math.toIntExact(spec.count())]);
          tensors.put(piece.parameter.layer(), spec.role(), tensor);
        }
        System.arraycopy(piece.slot(slot), 0, tensor.values(), piece.from, piece.length);
      }
      slots.put(optimizer.slots().get(slot), Weights.of(tensors));
    }
    return slots.build();
  }

  /**
   * Restores slots and the number of steps.
   *
   * @throws IllegalArgumentException if the slots are those of another optimizer
   */
  void restore(Map<String, Weights> from, long taken) {
    checkArgument(
        from.keySet().equals(Set.copyOf(optimizer.slots())),
        "The slots of optimizer %s must be %s, got %s",
        optimizer.name(),
        optimizer.slots(),
        from.keySet());
    for (Piece piece : pieces) {
      for (int slot = 0; slot < optimizer.slots().size(); slot++) {
        Weights remembered = verifyNotNull(from.get(optimizer.slots().get(slot)));
        float[] values =
            remembered.tensor(piece.parameter.layer(), piece.parameter.spec()).values();
        System.arraycopy(values, piece.from, piece.slot(slot), 0, piece.length);
      }
    }
    steps = taken;
  }

  /** Takes over the slots of the parameters that have some, and the number of steps. */
  void takeOver(Map<String, Weights> from, long taken) {
    for (Piece piece : pieces) {
      for (int slot = 0; slot < optimizer.slots().size(); slot++) {
        Weights remembered = verifyNotNull(from.get(optimizer.slots().get(slot)));
        if (remembered.tensors().contains(piece.parameter.layer(), piece.parameter.spec().role())) {
          float[] values =
              remembered.tensor(piece.parameter.layer(), piece.parameter.spec()).values();
          System.arraycopy(values, piece.from, piece.slot(slot), 0, piece.length);
        }
      }
    }
    steps = taken;
  }

  private void apply(Map<ParameterGroup, Optimizer.Rule> rules, AtomicInteger next) {
    float[] values = new float[PIECE];
    float[] gradients = new float[PIECE];
    for (int i = next.getAndIncrement(); i < pieces.size(); i = next.getAndIncrement()) {
      Piece piece = pieces.get(i);
      piece.parameter.read(piece.from, values, piece.length);
      piece.parameter.gradient(piece.from, gradients, piece.length);
      Optimizer.Rule rule = verifyNotNull(rules.get(piece.group)); // each group has one
      rule.apply(values, gradients, piece.slots(), piece.length);
      piece.parameter.write(piece.from, values, piece.length);
    }
  }
}
