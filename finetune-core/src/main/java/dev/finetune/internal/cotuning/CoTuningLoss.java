package dev.finetune.internal.cotuning;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.loss.Loss;
import dev.finetune.loss.Targets;
import java.util.Arrays;
import java.util.Map;

/**
 * The loss of co-tuning: that of the target classes, plus strength * cross-entropy of the source
 * classes. The outputs are those of the target classes, then those of the source classes.
 *
 * <p>The source target of an image is p(source | target class); with shares of several classes, as
 * of mixed images, it is their weighted mean. Weights of examples apply to both terms; smoothing of
 * the target's loss applies to the target classes only.
 */
final class CoTuningLoss implements Loss {

  private final Loss target;
  private final double[][] relationship;
  private final double strength;

  /**
   * Creates a loss.
   *
   * @param target the loss of the target classes
   * @param relationship p(source | target class) by target class and source class, not copied
   * @param strength the factor of the second term
   */
  CoTuningLoss(Loss target, double[][] relationship, double strength) {
    this.target = target;
    this.relationship = relationship;
    this.strength = strength;
  }

  /** Includes a hash of the relationship, which a resumed training must have too. */
  @Override
  public String name() {
    Hasher hasher = Hashing.sha256().newHasher();
    for (double[] row : relationship) {
      for (double p : row) {
        hasher.putDouble(p);
      }
    }
    return target.name()
        + " and source classes related by "
        + hasher.hash().toString().substring(0, 16);
  }

  @Override
  public Map<String, Double> settings() {
    return ImmutableMap.<String, Double>builder()
        .putAll(target.settings())
        .put("coTuning", strength)
        .buildOrThrow();
  }

  @Override
  public boolean supports(Targets.Kind kind) {
    return target.supports(kind) && CrossEntropy.crossEntropy().supports(kind);
  }

  @Override
  public double compute(float[][] outputs, Targets targets, float[][] gradients) {
    int classes = relationship.length;
    int sources = relationship[0].length;
    for (float[] output : outputs) {
      checkArgument(
          output.length == classes + sources,
          "There must be %s + %s outputs, got %s",
          classes,
          sources,
          output.length);
    }
    float[][] targetGradients = new float[outputs.length][classes];
    float[][] sourceGradients = new float[outputs.length][sources];
    double targetLoss = target.compute(columns(outputs, 0, classes), targets, targetGradients);
    double sourceLoss =
        CrossEntropy.crossEntropy()
            .compute(
                columns(outputs, classes, classes + sources),
                sourceTargets(targets),
                sourceGradients);
    for (int i = 0; i < outputs.length; i++) {
      System.arraycopy(targetGradients[i], 0, gradients[i], 0, classes);
      for (int j = 0; j < sources; j++) {
        gradients[i][classes + j] = (float) (strength * sourceGradients[i][j]);
      }
    }
    return targetLoss + strength * sourceLoss;
  }

  private static float[][] columns(float[][] rows, int from, int to) {
    return Arrays.stream(rows)
        .map(row -> Arrays.copyOfRange(row, from, to))
        .toArray(float[][]::new);
  }

  /** Returns the shares of the source classes of each example, with its weight. */
  private Targets sourceTargets(Targets targets) {
    double[][] shares = new double[targets.size()][relationship[0].length];
    double[] weights = new double[targets.size()];
    for (int i = 0; i < shares.length; i++) {
      weights[i] = targets.weight(i);
      for (int label = 0; label < relationship.length; label++) {
        double share = targets.share(i, label);
        for (int j = 0; share != 0 && j < shares[i].length; j++) {
          shares[i][j] += share * relationship[label][j];
        }
      }
    }
    return Targets.distributions(shares).weighted(weights);
  }
}
