package dev.finetune.engine;

import java.util.LinkedHashMap;
import java.util.Map;

/** What trained batch normalisation saw in a pass over images, by layer, until it is stored. */
public final class ObservedStatistics {

  /** Stores the statistics of a layer. */
  @FunctionalInterface
  public interface Store {
    void put(String layer, float[] mean, float[] variance);
  }

  private final Map<String, Moments> observed = new LinkedHashMap<>();

  /**
   * Adds a batch's statistics of a layer.
   *
   * @param values how many values of a channel they are of
   */
  public void add(String layer, float[] mean, float[] variance, int values) {
    observed.computeIfAbsent(layer, l -> new Moments(mean.length)).add(mean, variance, values);
  }

  /**
   * Stores what was observed, and forgets it.
   *
   * @throws IllegalStateException if nothing was
   */
  public void settle(Store store) {
    if (observed.isEmpty()) {
      throw new IllegalStateException("Statistics need at least one batch, got none");
    }
    observed.forEach((layer, moments) -> store.put(layer, moments.mean(), moments.variance()));
    observed.clear();
  }
}
