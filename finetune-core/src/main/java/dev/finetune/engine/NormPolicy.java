package dev.finetune.engine;

import dev.finetune.annotation.Experimental;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.train.BatchNormStatistics;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * How trainable batch normalisation gets its inference statistics.
 *
 * @param statistics the rule
 * @param pretrained the names of layers with pretrained statistics
 * @param stepsPerEpoch the number of training steps per epoch, at least 1
 */
@Experimental
public record NormPolicy(
    BatchNormStatistics statistics, Set<String> pretrained, int stepsPerEpoch) {

  /**
   * The time constants of the moving average per epoch: an epoch replaces 1 - exp(-4) = 98 % of it.
   */
  private static final double RENEWALS = 4;

  /**
   * Creates a policy. Copies the set.
   *
   * @param statistics the rule
   * @param pretrained the names of layers with pretrained statistics
   * @param stepsPerEpoch the number of training steps per epoch, at least 1
   */
  public NormPolicy {
    pretrained = Set.copyOf(pretrained);
  }

  /**
   * {@return the policy that updates the statistics in every step with each layer's own momentum}
   */
  public static NormPolicy ownMomentum() {
    return new NormPolicy(BatchNormStatistics.KERAS, Set.of(), 1);
  }

  /**
   * {@return whether a trainable layer normalises by its stored statistics in training too}
   *
   * @param layer the name of a batch normalisation layer
   */
  public boolean keeps(String layer) {
    return statistics == BatchNormStatistics.KEPT && pretrained.contains(layer);
  }

  /**
   * {@return whether a trainable layer's statistics are recomputed in a pass over the training
   * images}
   *
   * @param layer the name of a batch normalisation layer
   */
  public boolean recomputes(String layer) {
    return switch (statistics) {
      case RECOMPUTED -> true;
      case KEPT -> !keeps(layer);
      case MOVING, KERAS -> false;
    };
  }

  /**
   * {@return the share of a stored statistic that a step keeps, in [0, 1); empty if steps do not
   * change it}
   *
   * @param norm the layer, whose own momentum is used or is the upper limit
   */
  public OptionalDouble momentum(BatchNorm norm) {
    return switch (statistics) {
      case MOVING ->
          OptionalDouble.of(Math.min(norm.momentum(), Math.max(0, 1 - RENEWALS / stepsPerEpoch)));
      case KERAS -> OptionalDouble.of(norm.momentum());
      case RECOMPUTED, KEPT -> OptionalDouble.empty();
    };
  }
}
