package dev.finetune.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** Takes the time of runs, of which the first few are warm-up. */
final class Stopwatch {

  private final List<Double> seconds = new ArrayList<>();

  void run(Runnable task) {
    long start = System.nanoTime();
    task.run();
    seconds.add((System.nanoTime() - start) / 1e9);
  }

  /** Puts a part of the last run in the place of all of it. */
  void replaceLast(double value) {
    seconds.set(seconds.size() - 1, value);
  }

  /** The runs but the first {@code warmup}; all of them if there are no more. */
  List<Double> measured(int warmup) {
    return seconds.size() > warmup
        ? List.copyOf(seconds.subList(warmup, seconds.size()))
        : List.copyOf(seconds);
  }
}
