package dev.finetune.engine;

import dev.finetune.annotation.Experimental;
import java.util.LinkedHashMap;
import java.util.Map;

/** The mean and variance that batch normalisation layers see in a pass over images, by layer. */
@Experimental
public final class ObservedStatistics {

  /** A receiver of the statistics of layers. */
  @FunctionalInterface
  public interface Store {
    /**
     * Stores the statistics of a layer.
     *
     * @param layer the name of the layer
     * @param mean the mean of each channel
     * @param variance the biased variance of each channel
     */
    void put(String layer, float[] mean, float[] variance);
  }

  private final Map<String, Moments> observed = new LinkedHashMap<>();

  /** Creates a collection without values. */
  public ObservedStatistics() {}

  /**
   * Adds the statistics of a batch for a layer.
   *
   * @param layer the name of the layer
   * @param mean the mean of each channel
   * @param variance the biased variance of each channel
   * @param values the number of values per channel in the batch
   */
  public void add(String layer, float[] mean, float[] variance, int values) {
    observed.computeIfAbsent(layer, l -> new Moments(mean.length)).add(mean, variance, values);
  }

  /**
   * Passes the statistics over all batches to a store and clears them.
   *
   * @param store receives the statistics of each layer, in the order in which the layers were first
   *     added
   * @throws IllegalStateException if no batch was added
   */
  public void settle(Store store) {
    if (observed.isEmpty()) {
      throw new IllegalStateException("Statistics need at least 1 batch, got none");
    }
    observed.forEach((layer, moments) -> store.put(layer, moments.mean(), moments.variance()));
    observed.clear();
  }
}
