package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.graph.layer.Shape;
import dev.finetune.loss.Targets;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Mixup (H. Zhang et al., "mixup: Beyond Empirical Risk Minimization", ICLR 2018). Each example x
 * becomes s x + (1 - s) y, and its target likewise, where y is the example at its position in a
 * shuffled copy of the batch. The share s is drawn once per batch from the beta distribution with
 * both parameters alpha. It mixes inputs of any shape, and targets that are classes, distributions
 * or values.
 *
 * @param alpha the parameter of the distribution, over 0 and at most 100. Small values mix little
 */
public record Mixup(double alpha) implements BatchMix {

  /**
   * Creates a mixture.
   *
   * @param alpha the parameter of the distribution, over 0 and at most 100
   * @throws IllegalArgumentException if {@code alpha} is outside its range
   */
  public Mixup {
    checkArgument(alpha > 0 && alpha <= 100, "alpha must be > 0 and <= 100, got %s", alpha);
  }

  @Override
  public void require(List<Shape> shapes, Targets.Kind kind) {
    checkArgument(
        kind != Targets.Kind.TAGS,
        "mixup needs classes, distributions or values as targets, got %s",
        kind);
  }

  @Override
  public Mixed mix(
      List<FloatBuffer[]> inputs,
      List<Shape> shapes,
      Targets targets,
      int outputs,
      RandomGenerator random) {
    require(shapes, targets.kind());
    double share = Beta.symmetric(alpha, random);
    int[] partners = Partners.shuffled(inputs.size(), random);
    float own = (float) share;
    float rest = (float) (1 - share);
    List<FloatBuffer[]> mixed = new ArrayList<>(inputs.size());
    for (int i = 0; i < partners.length; i++) {
      FloatBuffer[] first = inputs.get(i);
      FloatBuffer[] second = inputs.get(partners[i]);
      FloatBuffer[] sum = new FloatBuffer[first.length];
      for (int k = 0; k < sum.length; k++) {
        sum[k] = FloatBuffer.wrap(sum(own, first[k], rest, second[k]));
      }
      mixed.add(sum);
    }
    return new Mixed(mixed, Partners.mix(targets, partners, share, outputs));
  }

  private static float[] sum(float own, FloatBuffer first, float rest, FloatBuffer second) {
    float[] sum = Partners.copy(first);
    float[] other = Partners.copy(second);
    for (int i = 0; i < sum.length; i++) {
      sum[i] = own * sum[i] + rest * other[i];
    }
    return sum;
  }

  @Override
  public String description() {
    return "mixup:" + alpha;
  }
}
