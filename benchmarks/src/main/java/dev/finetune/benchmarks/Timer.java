package dev.finetune.benchmarks;

import dev.finetune.train.BatchResult;
import dev.finetune.train.TrainingObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Takes the time of each training step but its share of the set-up: from one step to the next. */
final class Timer implements TrainingObserver {

  private final List<Double> steps = new ArrayList<>();
  private long last;

  @Override
  public void batchEnded(BatchResult result) {
    long now = System.nanoTime();
    // Before the first step the network is built; the engine's own figure starts behind that.
    double seconds =
        last == 0 ? result.batch() * 32.0 / result.imagesPerSecond() : (now - last) / 1e9;
    steps.add(seconds);
    last = now;
  }

  List<String> steps() {
    return steps.stream().map(s -> String.format(Locale.ROOT, "%.2f", s)).toList();
  }
}
