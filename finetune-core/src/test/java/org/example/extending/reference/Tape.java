package org.example.extending.reference;

import java.util.Arrays;

/**
 * Numbers, each with the numbers that it was computed from and its derivatives by them: reverse
 * mode at its plainest. A number is known by its place.
 */
final class Tape {

  private double[] values = new double[1024];
  private int[] ends = new int[1024];
  private int size;

  /** Of all numbers, one after another. */
  private int[] sources = new int[4096];

  private double[] derivatives = new double[4096];
  private int edges;

  /** Adds a number that depends on none. */
  int constant(double value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
      ends = Arrays.copyOf(ends, 2 * size);
    }
    values[size] = value;
    ends[size] = edges;
    return size++;
  }

  /** Adds numbers that depend on none. */
  int[] constants(double... all) {
    int[] places = new int[all.length];
    for (int i = 0; i < places.length; i++) {
      places[i] = constant(all[i]);
    }
    return places;
  }

  /** Says that the number added last depends on that one. */
  private void from(int source, double derivative) {
    if (edges == sources.length) {
      sources = Arrays.copyOf(sources, 2 * edges);
      derivatives = Arrays.copyOf(derivatives, 2 * edges);
    }
    sources[edges] = source;
    derivatives[edges] = derivative;
    ends[size - 1] = ++edges;
  }

  double value(int place) {
    return values[place];
  }

  /** Adds a function of a number. */
  int function(int of, double value, double derivative) {
    int result = constant(value);
    from(of, derivative);
    return result;
  }

  /** Adds a product. */
  int product(int a, int b) {
    int result = constant(values[a] * values[b]);
    from(a, values[b]);
    from(b, values[a]);
    return result;
  }

  /** Adds a number times a factor, plus another. */
  int affine(int of, double factor, double plus) {
    return function(of, values[of] * factor + plus, factor);
  }

  /** Adds a sum, each of whose terms has a factor. */
  int sum(double factor, int... terms) {
    double sum = 0;
    for (int term : terms) {
      sum += factor * values[term];
    }
    int result = constant(sum);
    for (int term : terms) {
      from(term, factor);
    }
    return result;
  }

  /**
   * Adds the sum of products of two rows.
   *
   * @param length how many of each are used
   */
  int dot(int[] a, int[] b, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += values[a[i]] * values[b[i]];
    }
    int result = constant(sum);
    for (int i = 0; i < length; i++) {
      from(a[i], values[b[i]]);
      from(b[i], values[a[i]]);
    }
    return result;
  }

  /**
   * Returns the derivatives by all numbers of a sum of some of them, each times a factor.
   *
   * @param factors by place; changed
   */
  double[] derivatives(double[] factors) {
    double[] gradients = Arrays.copyOf(factors, size);
    for (int place = size - 1; place >= 0; place--) {
      for (int edge = place == 0 ? 0 : ends[place - 1]; edge < ends[place]; edge++) {
        gradients[sources[edge]] += gradients[place] * derivatives[edge];
      }
    }
    return gradients;
  }

  int size() {
    return size;
  }
}
