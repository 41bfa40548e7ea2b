package dev.finetune.engine;

import java.util.LinkedHashMap;
import java.util.Map;

/** Collects the mean and variance that batch normalisation sees in a pass over images, by layer. */
public final class ObservedStatistics {

  /** Stores the statistics of a layer. */
  @FunctionalInterface
  public interface Store {
    /** Takes the mean and the biased variance of each channel. */
    void put(String layer, float[] mean, float[] variance);
  }

  private final Map<String, Moments> observed = new LinkedHashMap<>();

  /** Creates a collection without values. */
  public ObservedStatistics() {}

  /**
   * Adds the statistics of a batch for a layer.
   *
   * @param mean of each channel
   * @param variance of each channel, biased
   * @param values number of values of each channel in the batch
   */
  public void add(String layer, float[] mean, float[] variance, int values) {
    observed.computeIfAbsent(layer, l -> new Moments(mean.length)).add(mean, variance, values);
  }

  /**
   * Stores the statistics over all batches, and forgets them.
   *
   * @throws IllegalStateException if no batch was added
   */
  public void settle(Store store) {
    if (observed.isEmpty()) {
      throw new IllegalStateException("Statistics need at least one batch, got none");
    }
    observed.forEach((layer, moments) -> store.put(layer, moments.mean(), moments.variance()));
    observed.clear();
  }
}
