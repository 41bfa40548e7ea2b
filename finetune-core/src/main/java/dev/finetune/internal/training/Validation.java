package dev.finetune.internal.training;

import com.google.common.collect.ImmutableMap;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.evaluate.Metric;
import dev.finetune.loss.Targets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the logits of the validation images and computes loss, accuracy and metrics. */
final class Validation {

  private final Evaluation.Tally tally;
  private final Map<String, Metric.Tally> metrics = new LinkedHashMap<>();

  Validation(List<String> classNames, List<Metric> metrics) {
    this.tally = Evaluation.tally(classNames);
    metrics.forEach(metric -> this.metrics.put(metric.name(), metric.tally()));
  }

  /** Adds a batch: the logits of each example, and the labels. */
  void add(float[][] logits, int[] labels) {
    for (int i = 0; i < logits.length; i++) {
      tally.add(logits[i], labels[i]);
    }
    metrics.values().forEach(metric -> metric.add(logits, Targets.classes(labels)));
  }

  /** Returns the evaluation of all batches. */
  Evaluation evaluation() {
    return tally.result();
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
          double result = metric.result();
          if (!Double.isFinite(result)) {
            throw new IllegalStateException(
                "A metric must be finite, got " + result + " from " + name);
          }
          results.put(name, result);
        });
    return results.buildOrThrow();
  }
}
