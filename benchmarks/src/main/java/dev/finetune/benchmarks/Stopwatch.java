package dev.finetune.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** A stopwatch for runs, of which the first are warm-up. */
final class Stopwatch {

  private final List<Double> seconds = new ArrayList<>();

  /** Runs a task and records its time. */
  void run(Runnable task) {
    long start = System.nanoTime();
    task.run();
    seconds.add((System.nanoTime() - start) / 1e9);
  }

  /** Replaces the time of the last run, where only a part of it counts. */
  void replaceLast(double value) {
    seconds.set(seconds.size() - 1, value);
  }

  /** Returns the times in seconds without the first {@code warmup}; all if there are no more. */
  List<Double> measured(int warmup) {
    return seconds.size() > warmup
        ? List.copyOf(seconds.subList(warmup, seconds.size()))
        : List.copyOf(seconds);
  }
}
