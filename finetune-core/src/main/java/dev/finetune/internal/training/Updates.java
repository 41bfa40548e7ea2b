package dev.finetune.internal.training;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Updates parameters with the rule of an optimizer, in one pass over memory, which dominates its
 * time. It copies pieces of the values and gradients to arrays that fit into the processor cache,
 * applies the vectorised rule, and copies the values back. Clipping, accumulation and trust rules
 * need a further pass each.
 *
 * <p>Results do not depend on the number of threads: sums over a tensor or over all gradients are
 * computed in double precision for each piece, and added in the order of the pieces.
 */
final class Updates {

  /** The number of values of a piece. Five arrays of 16 kB fit into the second-level cache. */
  static final int PIECE = 4096;

  /** Added to the norm of the gradients before division, as in torch's {@code clip_grad_norm_}. */
  private static final double CLIP_EPSILON = 1e-6;

  /** Parameters with the same rule in every step. */
  private record Pace(ParameterGroup group, long begun) {}

  /** Values that are updated together, with their optimizer slots. */
  private static final class Piece {
    final Parameter parameter;
    final int tensor;
    final int pace;
    final int from;
    final int length;

    /** Allocated in the first step, after the memory of the run has been checked. */
    private final float[][] slots;

    private float @Nullable [] average;

    /** The sum of gradients, or the directions of a trust rule; allocated by the first use. */
    private float @Nullable [] kept;

    /** The sums of squares of the last pass that computed them. */
    double squares;

    double valueSquares;

    Piece(Parameter parameter, int tensor, int pace, int from, int length, int slots) {
      this.parameter = parameter;
      this.tensor = tensor;
      this.pace = pace;
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

    float[] kept() {
      if (kept == null) {
        kept = new float[length];
      }
      return kept;
    }

    /** Returns the average of the values. It begins with their current values. */
    float[] average() {
      if (average == null) {
        average = new float[length];
        parameter.read(from, average, length);
      }
      return average;
    }

    void setAverage(float @Nullable [] values) {
      average = values;
    }
  }

  /** A pass over the pieces, with arrays that each thread reuses. */
  private interface Pass {
    void over(Piece piece, float[] values, float[] gradients);
  }

  private final UpdatePlan plan;
  private final Optimizer optimizer;
  private final int threads;
  private final List<Piece> pieces = new ArrayList<>();
  private final List<Pace> paces = new ArrayList<>();
  private final int tensors;
  private long steps;

  /** The number of examples whose gradients the pieces have accumulated. */
  private long accumulated;

  private boolean exchanged;

  /**
   * Prepares the updates.
   *
   * @param threads the maximum number of threads that update parameters
   */
  Updates(List<Parameter> parameters, UpdatePlan plan, int threads) {
    this.plan = plan;
    this.optimizer = plan.optimizer();
    this.threads = threads;
    this.tensors = parameters.size();
    for (int tensor = 0; tensor < tensors; tensor++) {
      Parameter parameter = parameters.get(tensor);
      int pace =
          pace(new Pace(plan.groups().apply(parameter), plan.begun().applyAsLong(parameter)));
      int count = Math.toIntExact(parameter.spec().count());
      for (int from = 0; from < count; from += PIECE) {
        int length = Math.min(PIECE, count - from);
        pieces.add(new Piece(parameter, tensor, pace, from, length, optimizer.slots().size()));
      }
    }
  }

  private int pace(Pace pace) {
    if (!paces.contains(pace)) {
      paces.add(pace);
    }
    return paces.indexOf(pace);
  }

  /**
   * Adds the current gradients to those of earlier calls since the last step. The next step uses
   * the gradient of the mean loss over all examples.
   *
   * @param examples the number of examples of whose mean loss these are the gradients
   */
  void accumulate(int examples) {
    boolean first = accumulated == 0;
    run(
        (piece, values, gradients) -> {
          float[] sum = piece.kept();
          piece.parameter.gradient(piece.from, gradients, piece.length);
          for (int i = 0; i < piece.length; i++) {
            sum[i] = (first ? 0 : sum[i]) + examples * gradients[i];
          }
        });
    accumulated += examples;
  }

  /** Forgets accumulated gradients. */
  void discard() {
    accumulated = 0;
  }

  /** Updates all parameters from their gradients, or from the accumulated ones if there are any. */
  void step() {
    step(plan.rate(steps + 1));
  }

  /**
   * Updates all parameters with a given learning rate.
   *
   * @param rate the learning rate, without the factors of groups
   */
  void step(double rate) {
    checkState(!exchanged, "Weights must not be updated while they are exchanged for averages");
    steps++;
    Optimizer.Rule[] rules = new Optimizer.Rule[paces.size()];
    boolean trusts = false;
    for (int i = 0; i < rules.length; i++) {
      Pace pace = paces.get(i);
      checkState(
          pace.begun() < steps,
          "begun must be less than the number of the step (%s), got %s",
          steps,
          pace.begun());
      double own = rate * pace.group().rate();
      rules[i] =
          Parts.required(
              "An optimizer",
              optimizer,
              "rule",
              () -> optimizer.rule(steps - pace.begun(), own, pace.group().decay()));
      trusts |= rules[i] instanceof Optimizer.TrustRule;
    }
    boolean sums = accumulated > 0;
    double mean = sums ? 1.0 / accumulated : 1;
    float scale = (float) (plan.clips() ? mean * clipping(mean) : mean);
    run(
        (piece, values, gradients) -> {
          piece.parameter.read(piece.from, values, piece.length);
          gradients(piece, gradients, scale);
          Optimizer.Rule rule = rules[piece.pace];
          if (rule instanceof Optimizer.TrustRule trust) {
            direct(trust, piece, values, gradients);
          } else {
            rule.apply(values, gradients, piece.slots(), piece.length);
            write(piece, values);
          }
        });
    if (trusts) {
      move(rules);
    }
    accumulated = 0;
  }

  /** Returns the factor that reduces the norm of all gradients to the largest one allowed. */
  private double clipping(double mean) {
    run(
        (piece, values, gradients) -> {
          gradients(piece, gradients, 1);
          piece.squares = squares(gradients, piece.length);
        });
    double squares = 0;
    for (Piece piece : pieces) {
      squares += piece.squares;
    }
    return Math.min(1, plan.clip() / (mean * Math.sqrt(squares) + CLIP_EPSILON));
  }

  /** Reads the gradients of a piece, or the accumulated ones if there are any. */
  private void gradients(Piece piece, float[] into, float scale) {
    if (accumulated > 0) {
      System.arraycopy(piece.kept(), 0, into, 0, piece.length);
    } else {
      piece.parameter.gradient(piece.from, into, piece.length);
    }
    if (scale != 1) {
      for (int i = 0; i < piece.length; i++) {
        into[i] *= scale;
      }
    }
  }

  private static void direct(
      Optimizer.TrustRule rule, Piece piece, float[] values, float[] gradients) {
    rule.direct(values, gradients, piece.slots(), piece.length);
    piece.valueSquares = squares(values, piece.length);
    piece.squares = squares(gradients, piece.length);
    System.arraycopy(gradients, 0, piece.kept(), 0, piece.length);
  }

  /** Moves the values of trust rules, once the norms of the tensors are known. */
  private void move(Optimizer.Rule[] rules) {
    double[] valueSquares = new double[tensors];
    double[] squares = new double[tensors];
    for (Piece piece : pieces) {
      valueSquares[piece.tensor] += piece.valueSquares;
      squares[piece.tensor] += piece.squares;
    }
    run(
        (piece, values, gradients) -> {
          if (rules[piece.pace] instanceof Optimizer.TrustRule trust) {
            piece.parameter.read(piece.from, values, piece.length);
            trust.move(
                values,
                piece.kept(),
                piece.length,
                Math.sqrt(valueSquares[piece.tensor]),
                Math.sqrt(squares[piece.tensor]));
            write(piece, values);
          }
        });
  }

  private static double squares(float[] values, int length) {
    double squares = 0;
    for (int i = 0; i < length; i++) {
      squares += (double) values[i] * values[i];
    }
    return squares;
  }

  /** Writes new values, and moves the average towards them. */
  private void write(Piece piece, float[] values) {
    if (plan.averages()) {
      // The average must begin with the values before the step.
      float[] average = piece.average();
      float rest = (float) (1 - plan.averageDecay(steps));
      for (int i = 0; i < piece.length; i++) {
        average[i] += rest * (values[i] - average[i]);
      }
    }
    piece.parameter.write(piece.from, values, piece.length);
  }

  /**
   * Exchanges the values of the parameters and their averages. The second call undoes the first.
   */
  void exchangeAverages() {
    checkState(plan.averages(), "Weights must be averaged to be exchanged for their averages");
    exchanged = !exchanged;
    run(
        (piece, values, gradients) -> {
          float[] average = piece.average();
          piece.parameter.read(piece.from, values, piece.length);
          piece.parameter.write(piece.from, average, piece.length);
          System.arraycopy(values, 0, average, 0, piece.length);
        });
  }

  /** Returns the number of steps taken. */
  long steps() {
    return steps;
  }

  /** Returns the names of all slots, the average of the weights included. */
  private List<String> names() {
    List<String> names = new ArrayList<>(optimizer.slots());
    if (plan.averages()) {
      names.add(UpdatePlan.AVERAGE);
    }
    return names;
  }

  private float[] slot(Piece piece, int slot) {
    return slot < optimizer.slots().size() ? piece.slot(slot) : piece.average();
  }

  /** Returns copies of the slots, by name. */
  Map<String, Weights> slots() {
    checkState(!exchanged, "Slots must not be read while weights are exchanged for averages");
    ImmutableMap.Builder<String, Weights> slots = ImmutableMap.builder();
    List<String> names = names();
    for (int slot = 0; slot < names.size(); slot++) {
      Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create();
      for (Piece piece : pieces) {
        ParameterSpec spec = piece.parameter.spec();
        Tensor tensor = tensors.get(piece.parameter.layer(), spec.role());
        if (tensor == null) {
          tensor = Tensor.of(spec.shape(), new float[Math.toIntExact(spec.count())]);
          tensors.put(piece.parameter.layer(), spec.role(), tensor);
        }
        System.arraycopy(slot(piece, slot), 0, tensor.values(), piece.from, piece.length);
      }
      slots.put(names.get(slot), Weights.of(tensors));
    }
    return slots.build();
  }

  /**
   * Restores slots and the number of steps.
   *
   * @throws IllegalArgumentException if the slots are those of another optimizer
   */
  void restore(Map<String, Weights> from, long taken) {
    requireNames(from);
    for (Piece piece : pieces) {
      copy(from, piece);
    }
    steps = taken;
    accumulated = 0;
    exchanged = false;
  }

  /**
   * Takes over the slots and the number of steps of updates of fewer parameters. The slots of
   * further parameters are zero, and their averages their current values.
   *
   * @throws IllegalArgumentException if the slots are those of another optimizer, or have a
   *     parameter that does not train here
   */
  void takeOver(Map<String, Weights> from, long taken) {
    requireNames(from);
    Table<String, ParameterRole, Parameter> known = HashBasedTable.create();
    for (Piece piece : pieces) {
      known.put(piece.parameter.layer(), piece.parameter.spec().role(), piece.parameter);
    }
    from.forEach(
        (name, slot) -> {
          for (Table.Cell<String, ParameterRole, Tensor> cell : slot.tensors().cellSet()) {
            checkArgument(
                known.contains(cell.getRowKey(), cell.getColumnKey()),
                "The parameters of slot %s must train, got %s of layer %s, which does not",
                name,
                cell.getColumnKey(),
                cell.getRowKey());
          }
        });
    for (Piece piece : pieces) {
      String layer = piece.parameter.layer();
      ParameterRole role = piece.parameter.spec().role();
      if (from.values().stream().allMatch(slot -> slot.tensors().contains(layer, role))) {
        copy(from, piece);
      } else {
        for (int slot = 0; slot < optimizer.slots().size(); slot++) {
          Arrays.fill(piece.slot(slot), 0);
        }
        piece.setAverage(null);
      }
    }
    steps = taken;
    accumulated = 0;
    exchanged = false;
  }

  private void requireNames(Map<String, Weights> slots) {
    checkArgument(
        slots.keySet().equals(Set.copyOf(names())),
        "The slots of optimizer %s must be %s, got %s",
        optimizer.name(),
        names(),
        slots.keySet());
  }

  private void copy(Map<String, Weights> from, Piece piece) {
    List<String> names = names();
    for (int slot = 0; slot < names.size(); slot++) {
      Weights remembered = verifyNotNull(from.get(names.get(slot)));
      float[] values = remembered.tensor(piece.parameter.layer(), piece.parameter.spec()).values();
      System.arraycopy(values, piece.from, slot(piece, slot), 0, piece.length);
    }
  }

  private void run(Pass pass) {
    AtomicInteger next = new AtomicInteger();
    if (threads == 1) {
      run(pass, next);
    } else {
      // Each thread takes the next piece until none is left, so a slow one does not delay the
      // others.
      IntStream.range(0, threads).parallel().forEach(thread -> run(pass, next));
    }
  }

  private void run(Pass pass, AtomicInteger next) {
    float[] values = new float[PIECE];
    float[] gradients = new float[PIECE];
    for (int i = next.getAndIncrement(); i < pieces.size(); i = next.getAndIncrement()) {
      pass.over(pieces.get(i), values, gradients);
    }
  }
}
