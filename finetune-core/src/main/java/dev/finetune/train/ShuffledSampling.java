package dev.finetune.train;

import dev.finetune.data.Shuffle;
import java.util.Map;

/** The sampling that takes every image once, in a random order. */
record ShuffledSampling() implements Sampling {

  static final Sampling INSTANCE = new ShuffledSampling();

  @Override
  public String name() {
    return "shuffled";
  }

  @Override
  public Map<String, Double> settings() {
    return Map.of();
  }

  @Override
  public boolean needsClasses() {
    return false;
  }

  @Override
  public int[] order(int[] labels, long seed) {
    return Shuffle.permutation(labels.length, seed);
  }
}
