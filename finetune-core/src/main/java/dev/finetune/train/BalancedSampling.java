package dev.finetune.train;

import dev.finetune.data.Shuffle;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The sampling that takes every class equally often. */
record BalancedSampling() implements Sampling {

  static final Sampling INSTANCE = new BalancedSampling();

  @Override
  public String name() {
    return "balanced";
  }

  @Override
  public Map<String, Double> settings() {
    return Map.of();
  }

  @Override
  public boolean needsClasses() {
    return true;
  }

  @Override
  public int[] order(int[] labels, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Deck[] classes =
        Arrays.stream(labels)
            .distinct()
            .sorted()
            .mapToObj(label -> new Deck(imagesOf(labels, label), random.split()))
            .toArray(Deck[]::new);
    // The order of the classes in each round; the last round may be incomplete.
    Deck rounds = new Deck(IntStream.range(0, classes.length).toArray(), random.split());
    return Arrays.stream(labels).map(unused -> classes[rounds.draw()].draw()).toArray();
  }

  private static int[] imagesOf(int[] labels, int label) {
    return IntStream.range(0, labels.length).filter(i -> labels[i] == label).toArray();
  }

  /** Numbers that are drawn in random order, all of them before the first is repeated. */
  private static final class Deck {
    private final int[] numbers;
    private final SplittableRandom random;
    private int[] order = {};
    private int drawn;

    Deck(int[] numbers, SplittableRandom random) {
      this.numbers = numbers;
      this.random = random;
    }

    int draw() {
      if (drawn == order.length) {
        order = Shuffle.permutation(numbers.length, random.nextLong());
        drawn = 0;
      }
      return numbers[order[drawn++]];
    }
  }
}
