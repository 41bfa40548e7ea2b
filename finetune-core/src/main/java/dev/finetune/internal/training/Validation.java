package dev.finetune.internal.training;

import com.google.common.collect.ImmutableMap;
import dev.finetune.evaluate.Metric;
import dev.finetune.loss.Targets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the outputs for the validation images and computes loss, score and metrics. */
final class Validation {

  private static final String PART = "A metric";

  private final Task.Tally tally;
  private final Map<String, Metric.Tally> metrics = new LinkedHashMap<>();

  Validation(Task task, List<Metric> metrics) {
    this.tally = task.tally();
    metrics.forEach(
        metric ->
            this.metrics.put(metric.name(), Parts.required(PART, metric, "tally", metric::tally)));
  }

  /** Adds a batch: the finite outputs of each example, and the targets. */
  void add(float[][] outputs, Targets targets) {
    tally.batches().accept(outputs, targets);
    metrics
        .values()
        .forEach(metric -> Parts.run(PART, metric, "add", () -> metric.add(outputs, targets)));
  }

  /** Returns loss, score and what was fitted, over all batches. */
  Task.Result result() {
    return tally.result().get();
  }

  /**
   * Returns the metrics by name.
   *
   * @throws IllegalStateException if one is not finite
   */
  Map<String, Double> metrics() {
    ImmutableMap.Builder<String, Double> results = ImmutableMap.builder();
    metrics.forEach(
        (name, metric) -> {
          double result = Parts.required(PART, metric, "result", metric::result);
          if (!Double.isFinite(result)) {
            throw new IllegalStateException(
                "A metric must be finite, got " + result + " from " + name);
          }
          results.put(name, result);
        });
    return results.buildOrThrow();
  }
}
