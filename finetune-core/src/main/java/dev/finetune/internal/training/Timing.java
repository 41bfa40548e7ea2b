package dev.finetune.internal.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Measures operations by repeating them. The first repetitions are slow: code is not compiled yet,
 * and networks allocate memory. It repeats an operation until it does not become faster, within a
 * limited time.
 */
final class Timing {

  /** The most repetitions. */
  static final int MOST = 30;

  /** The least repetitions, unless they are slow: one to warm up, and three. */
  private static final int LEAST = 4;

  /** The least time to spend after the first repetition, in seconds. */
  private static final double SPENT = 0.3;

  /** The time after the first repetition when an operation is not repeated, in seconds. */
  private static final double LIMIT = 2;

  /** An operation still becomes faster if it takes less than this share of its best time. */
  private static final double FASTER = 0.9;

  private Timing() {}

  /**
   * An operation.
   *
   * @param <E> what it throws
   */
  interface Operation<E extends Exception> {
    /** Runs once. Returns its measured times, as many in each repetition. */
    double[] run() throws E;
  }

  /** Returns the duration of an operation in seconds. */
  static double of(Runnable operation) {
    return medians(
        () -> {
          long start = System.nanoTime();
          operation.run();
          return new double[] {Trainer.secondsSince(start)};
        })[0];
  }

  /**
   * Returns the medians of what an operation measures, over the second half of its repetitions. It
   * runs at least twice.
   */
  static <E extends Exception> double[] medians(Operation<E> operation) throws E {
    List<double[]> measured = new ArrayList<>();
    measured.add(operation.run());
    long start = System.nanoTime();
    double spent = 0;
    while (measured.size() < 2
        || (spent < LIMIT
            && measured.size() < MOST
            && (measured.size() < LEAST || spent < SPENT || becomesFaster(measured)))) {
      measured.add(operation.run());
      spent = Trainer.secondsSince(start);
    }
    List<double[]> settled = measured.subList(measured.size() / 2, measured.size());
    double[] medians = new double[settled.get(0).length];
    for (int i = 0; i < medians.length; i++) {
      int place = i;
      medians[i] = median(settled.stream().mapToDouble(times -> times[place]).toArray());
    }
    return medians;
  }

  /** Returns whether one of the last two repetitions is faster than all before. */
  private static boolean becomesFaster(List<double[]> measured) {
    int last = measured.size() - 2;
    return best(measured.subList(last, last + 2)) < FASTER * best(measured.subList(0, last));
  }

  private static double best(List<double[]> measured) {
    return measured.stream().mapToDouble(times -> times[times.length - 1]).min().orElseThrow();
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int half = values.length / 2;
    return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  }
}
