package dev.finetune.engine;

import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.train.BatchNormStatistics;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Says where trained batch normalisation has its statistics for inference from.
 *
 * @param statistics the rule
 * @param pretrained names of layers that came with statistics
 * @param stepsPerEpoch at least 1
 */
public record NormPolicy(
    BatchNormStatistics statistics, Set<String> pretrained, int stepsPerEpoch) {

  /** Time constants of the moving average in an epoch: 98 % are replaced. */
  private static final double RENEWALS = 4;

  public NormPolicy {
    pretrained = Set.copyOf(pretrained);
  }

  /** Returns the policy in which every step moves them with each layer's own momentum. */
  public static NormPolicy ownMomentum() {
    return new NormPolicy(BatchNormStatistics.KERAS, Set.of(), 1);
  }

  /** Returns whether a trained layer normalises by its stored statistics in training too. */
  public boolean keeps(String layer) {
    return statistics == BatchNormStatistics.KEPT && pretrained.contains(layer);
  }

  /** Returns whether a trained layer's statistics come from a pass over the training images. */
  public boolean recomputes(String layer) {
    return switch (statistics) {
      case RECOMPUTED -> true;
      case KEPT -> !keeps(layer);
      case MOVING, KERAS -> false;
    };
  }

  /**
   * Returns the share of a stored statistic that a step keeps, in [0, 1); empty if steps do not
   * change it.
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
