package dev.finetune.train;

import dev.finetune.loss.Targets;
import java.nio.FloatBuffer;
import java.util.random.RandomGenerator;

/** The examples that the examples of a batch are mixed with, and the mixed targets. */
final class Partners {

  private Partners() {}

  /** Returns a uniform random permutation (Fisher-Yates). An example may be its own partner. */
  static int[] shuffled(int size, RandomGenerator random) {
    int[] partners = new int[size];
    for (int i = 0; i < size; i++) {
      int j = (int) (random.nextDouble() * (i + 1));
      partners[i] = partners[j];
      partners[j] = i;
    }
    return partners;
  }

  /** Returns the values from the position of a buffer to its limit. */
  static float[] copy(FloatBuffer buffer) {
    float[] values = new float[buffer.remaining()];
    buffer.get(buffer.position(), values);
    return values;
  }

  /**
   * Returns the targets: a share of each example's, and the rest of its partner's. Weights are
   * mixed so that the loss is the sum of both weighted losses if it is linear in the target, as
   * cross-entropy is.
   */
  static Targets mix(Targets targets, int[] partners, double share, int outputs) {
    double[][] mixed = new double[partners.length][outputs];
    double[] weights = new double[partners.length];
    boolean values = targets.kind() == Targets.Kind.VALUES;
    for (int i = 0; i < partners.length; i++) {
      int j = partners[i];
      double weight = share * targets.weight(i) + (1 - share) * targets.weight(j);
      weights[i] = weight;
      double own = values || weight == 0 ? share : share * targets.weight(i) / weight;
      for (int k = 0; k < outputs; k++) {
        mixed[i][k] =
            values
                ? own * targets.value(i, k) + (1 - own) * targets.value(j, k)
                : own * targets.share(i, k) + (1 - own) * targets.share(j, k);
      }
    }
    Targets of = values ? Targets.values(mixed) : Targets.distributions(mixed);
    return of.weighted(weights);
  }
}
