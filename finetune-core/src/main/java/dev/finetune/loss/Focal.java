package dev.finetune.loss;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/**
 * The focal loss, in nats and in double precision: cross-entropy in which an example counts less,
 * the better it is predicted (T.-Y. Lin et al., "Focal Loss for Dense Object Detection", ICCV 2017,
 * equation 4). A probability p of what is right costs -(1 - p)^gamma * log(p).
 *
 * <p>For classes and distributions, the probabilities are the softmax of the logits, and the costs
 * of the classes are summed with their target shares, as in {@code CategoricalFocalCrossentropy} in
 * Keras with {@code alpha=1}. For tags, they are the logistic function of the logits for tags that
 * are present and 1 minus it for others, and the costs are averaged over the tags, as in {@code
 * BinaryFocalCrossentropy}. The loss is the mean over the batch of weight * loss. With a gamma of 0
 * it equals {@link CrossEntropy} or {@link BinaryCrossEntropy}.
 *
 * @param gamma how much less well predicted examples count, at least 0 and finite
 */
public record Focal(double gamma) implements Loss {

  /**
   * Creates a loss.
   *
   * @param gamma how much less well predicted examples count, at least 0 and finite
   * @throws IllegalArgumentException if {@code gamma} is outside its range
   */
  public Focal {
    checkArgument(
        gamma >= 0 && Double.isFinite(gamma), "gamma must be >= 0 and finite, got %s", gamma);
  }

  /**
   * {@return a loss}
   *
   * @param gamma how much less well predicted examples count, at least 0 and finite; the paper
   *     recommends 2
   * @throws IllegalArgumentException if {@code gamma} is outside its range
   */
  public static Focal focal(double gamma) {
    return new Focal(gamma);
  }

  @Override
  public String name() {
    return "focal";
  }

  @Override
  public Map<String, Double> settings() {
    return ImmutableMap.of("gamma", gamma);
  }

  @Override
  public boolean supports(Targets.Kind kind) {
    return kind != Targets.Kind.VALUES;
  }

  @Override
  public double compute(float[][] outputs, Targets targets, float[][] gradients) {
    targets.require(name(), Targets.Kind.CLASSES, Targets.Kind.DISTRIBUTIONS, Targets.Kind.TAGS);
    return targets.kind() == Targets.Kind.TAGS
        ? ofTags(outputs, targets, gradients)
        : ofClasses(outputs, targets, gradients);
  }

  private double ofTags(float[][] outputs, Targets targets, float[][] gradients) {
    return PerOutput.mean(
        outputs,
        targets,
        gradients,
        new PerOutput.Element() {
          @Override
          public double loss(double output, int example, int index) {
            double right = right(output, example, index);
            return cost(Sigmoid.of(-right), Sigmoid.log(right));
          }

          @Override
          public double slope(double output, int example, int index) {
            double right = right(output, example, index);
            double p = Sigmoid.of(right);
            double rest = Sigmoid.of(-right);
            double slope = rest * steepness(p, rest, Sigmoid.log(right));
            return targets.share(example, index) == 1 ? slope : -slope;
          }

          /** Returns the logit of what is right: presence or absence. */
          private double right(double output, int example, int index) {
            return targets.share(example, index) == 1 ? output : -output;
          }
        });
  }

  private double ofClasses(float[][] outputs, Targets targets, float[][] gradients) {
    targets.requireFor(outputs);
    double sum = 0;
    for (int i = 0; i < outputs.length; i++) {
      sum += targets.weight(i) * ofExample(outputs[i], targets, i, gradients[i], outputs.length);
    }
    return sum / outputs.length;
  }

  /** Returns the loss of one example without its weight, and computes its gradient. */
  private double ofExample(
      float[] logits, Targets targets, int example, float[] gradient, int batch) {
    // Subtracting the largest logit prevents overflow.
    double largest = logits[0];
    for (float logit : logits) {
      largest = Math.max(largest, logit);
    }
    double[] exps = new double[logits.length];
    double sum = 0;
    for (int j = 0; j < exps.length; j++) {
      exps[j] = Math.exp(logits[j] - largest);
      sum += exps[j];
    }
    double loss = 0;
    double total = 0;
    double[] steepness = new double[logits.length];
    for (int j = 0; j < exps.length; j++) {
      double share = targets.share(example, j);
      if (share > 0) {
        double p = exps[j] / sum;
        double rest = p > 0.5 ? others(exps, j) / sum : 1 - p;
        double log = p > 0.5 ? Math.log1p(-rest) : logits[j] - largest - Math.log(sum);
        loss += share * cost(rest, log);
        steepness[j] = share * steepness(p, rest, log);
        total += steepness[j];
      }
    }
    double scale = targets.weight(example) / batch;
    for (int j = 0; j < exps.length; j++) {
      gradient[j] = (float) (scale * (steepness[j] - exps[j] / sum * total));
    }
    return loss;
  }

  /** Returns the sum without one value, exact even if that value is nearly the whole sum. */
  private static double others(double[] values, int without) {
    double sum = 0;
    for (int j = 0; j < values.length; j++) {
      sum += j == without ? 0 : values[j];
    }
    return sum;
  }

  /**
   * Returns the cost of a probability.
   *
   * @param rest 1 - p
   * @param log the logarithm of p
   */
  private double cost(double rest, double log) {
    return -Math.pow(rest, gamma) * log;
  }

  /** Returns p * (derivative of the cost of p): -(1 - p)^g + g * p * (1 - p)^(g - 1) * log(p). */
  private double steepness(double p, double rest, double log) {
    // The second term tends to 0 with the rest, but would be computed as infinity * 0.
    return -Math.pow(rest, gamma) + (rest == 0 ? 0 : gamma * p * Math.pow(rest, gamma - 1) * log);
  }
}
