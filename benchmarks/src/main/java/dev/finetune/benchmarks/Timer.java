package dev.finetune.benchmarks;

import dev.finetune.train.BatchResult;
import dev.finetune.train.TrainingObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An observer that records the time of each training step, from the end of the step before. */
final class Timer implements TrainingObserver {

  private final List<Double> steps = new ArrayList<>();
  private long last;

  @Override
  public void batchEnded(BatchResult result) {
    long now = System.nanoTime();
    // The network is built before the first step, so that takes the time of the engine itself.
    double seconds =
        last == 0 ? result.batch() * 32.0 / result.imagesPerSecond() : (now - last) / 1e9;
    steps.add(seconds);
    last = now;
  }

  /** Returns the times in seconds, with two decimals. */
  List<String> steps() {
    return steps.stream().map(s -> String.format(Locale.ROOT, "%.2f", s)).toList();
  }
}
