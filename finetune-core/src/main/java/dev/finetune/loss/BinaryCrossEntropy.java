package dev.finetune.loss;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Doubles;
import java.util.List;
import java.util.Map;

/**
 * Logistic functions followed by binary cross-entropy, for tags, in nats and in double precision.
 * With a logit x, the target t (1 or 0) and the weight w of the tag's positive examples, the loss
 * of an output is -w * t * log(sigmoid(x)) - (1 - t) * log(1 - sigmoid(x)). It is averaged over the
 * tags of an example, and then the loss is the mean over the batch of weight * loss. It equals
 * {@code binary_cross_entropy_with_logits} in PyTorch, whose {@code pos_weight} is w. With
 * smoothing s, a target t becomes t * (1 - s) + s / 2, as in {@code BinaryCrossentropy} in Keras.
 *
 * @param labelSmoothing the part of each target that is spread evenly over presence and absence, in
 *     [0, 1)
 * @param positiveWeights the weight of the positive examples of each tag, over 0 and finite; empty
 *     for 1
 */
public record BinaryCrossEntropy(double labelSmoothing, List<Double> positiveWeights)
    implements Loss {

  /**
   * Creates a loss. Copies the list.
   *
   * @param labelSmoothing the part of each target that is spread evenly over presence and absence,
   *     in [0, 1)
   * @param positiveWeights the weight of the positive examples of each tag, over 0 and finite;
   *     empty for 1
   * @throws IllegalArgumentException if a value is outside its range
   */
  public BinaryCrossEntropy {
    checkArgument(
        labelSmoothing >= 0 && labelSmoothing < 1,
        "labelSmoothing must be in [0, 1), got %s",
        labelSmoothing);
    positiveWeights = ImmutableList.copyOf(positiveWeights);
    for (double weight : positiveWeights) {
      checkArgument(
          weight > 0 && Double.isFinite(weight),
          "positiveWeights must be > 0 and finite, got %s",
          positiveWeights);
    }
  }

  /** {@return the loss without smoothing and weights} */
  public static BinaryCrossEntropy binaryCrossEntropy() {
    return new BinaryCrossEntropy(0, ImmutableList.of());
  }

  /**
   * {@return a copy with label smoothing}
   *
   * @param value the part of each target that is spread evenly over presence and absence, in [0, 1)
   * @throws IllegalArgumentException if the value is outside its range
   */
  public BinaryCrossEntropy smoothing(double value) {
    return new BinaryCrossEntropy(value, positiveWeights);
  }

  /**
   * {@return a copy with weights of positive examples} A weight above 1 makes the network predict a
   * rare tag more often. A usual choice is the number of examples without the tag divided by the
   * number of examples with it.
   *
   * @param values the weight of the positive examples of each tag, over 0 and finite; none for 1
   * @throws IllegalArgumentException if a value is outside its range
   */
  public BinaryCrossEntropy positiveWeights(double... values) {
    return new BinaryCrossEntropy(labelSmoothing, Doubles.asList(values));
  }

  @Override
  public String name() {
    return "binarycrossentropy";
  }

  @Override
  public Map<String, Double> settings() {
    ImmutableMap.Builder<String, Double> settings = ImmutableMap.builder();
    settings.put("labelSmoothing", labelSmoothing);
    for (int i = 0; i < positiveWeights.size(); i++) {
      settings.put("positiveWeight" + i, positiveWeights.get(i));
    }
    return settings.buildOrThrow();
  }

  @Override
  public boolean supports(Targets.Kind kind) {
    return kind == Targets.Kind.TAGS;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the number of targets differs from the number of examples,
   *     the targets are no tags, or the number of positive weights differs from the number of tags
   */
  @Override
  public double compute(float[][] outputs, Targets targets, float[][] gradients) {
    targets.require(name(), Targets.Kind.TAGS);
    for (float[] row : outputs) {
      checkArgument(
          positiveWeights.isEmpty() || positiveWeights.size() == row.length,
          "positiveWeights must have one value per tag (%s), got %s",
          row.length,
          positiveWeights.size());
    }
    return PerOutput.mean(
        outputs,
        targets,
        gradients,
        new PerOutput.Element() {
          @Override
          public double loss(double output, int example, int index) {
            double present = present(targets, example, index);
            // Skips shares of zero: zero times an infinite logarithm would be NaN.
            return (present == 0 ? 0 : -weight(index) * present * Sigmoid.log(output))
                - (present == 1 ? 0 : (1 - present) * Sigmoid.log(-output));
          }

          @Override
          public double slope(double output, int example, int index) {
            double present = present(targets, example, index);
            return (1 - present) * Sigmoid.of(output)
                - weight(index) * present * Sigmoid.of(-output);
          }
        });
  }

  private double present(Targets targets, int example, int index) {
    return targets.share(example, index) * (1 - labelSmoothing) + labelSmoothing / 2;
  }

  private double weight(int tag) {
    return positiveWeights.isEmpty() ? 1 : positiveWeights.get(tag);
  }
}
