package dev.finetune.engine;

import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.train.BatchNormStatistics;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * How trained batch normalisation gets the statistics that it has in inference.
 *
 * @param pretrained layers that came with statistics
 * @param stepsPerEpoch at least 1
 */
public record NormPolicy(
    BatchNormStatistics statistics, Set<String> pretrained, int stepsPerEpoch) {

  /** Time constants of the moving average in an epoch: 98 % are replaced. */
  private static final double RENEWALS = 4;

  public NormPolicy {
    pretrained = Set.copyOf(pretrained);
  }

  /** Moved in every step with each layer's own momentum. */
  public static NormPolicy ownMomentum() {
    return new NormPolicy(BatchNormStatistics.KERAS, Set.of(), 1);
  }

  /** Whether a trained layer normalises by its stored statistics in training too. */
  public boolean keeps(String layer) {
    return statistics == BatchNormStatistics.KEPT && pretrained.contains(layer);
  }

  /** Whether a trained layer's statistics are those of a pass over the training images. */
  public boolean recomputes(String layer) {
    return switch (statistics) {
      case RECOMPUTED -> true;
      case KEPT -> !keeps(layer);
      case MOVING, KERAS -> false;
    };
  }

  /** The share of a stored statistic that a step keeps; empty where steps leave it alone. */
  public OptionalDouble momentum(BatchNorm norm) {
    return switch (statistics) {
      case MOVING ->
          OptionalDouble.of(Math.min(norm.momentum(), Math.max(0, 1 - RENEWALS / stepsPerEpoch)));
      case KERAS -> OptionalDouble.of(norm.momentum());
      case RECOMPUTED, KEPT -> OptionalDouble.empty();
    };
  }
}
