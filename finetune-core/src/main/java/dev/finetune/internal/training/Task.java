package dev.finetune.internal.training;

import dev.finetune.loss.Loss;
import dev.finetune.loss.Targets;
import dev.finetune.train.Score;
import java.util.List;

/** What a network learns: to classify, to find tags, or to estimate values. */
public interface Task {

  /** Collects the outputs for the validation images. */
  interface Tally {
    /** Adds a batch of finite outputs. */
    void add(float[][] outputs, Targets targets);

    /** Returns the mean of the usual loss over all added examples. */
    double loss();

    /** Returns the score over all added examples. */
    double score();

    /**
     * Returns what a model with these outputs stores in addition to its weights: the thresholds of
     * tags. Empty for other tasks.
     */
    default List<Double> fitted() {
      return List.of();
    }
  }

  /** Returns the measure of success. */
  Score score();

  /** Returns the loss to minimise if the options have none, which validation reports. */
  Loss usualLoss();

  /**
   * Returns what an example contributes to the score of an epoch. The score is the mean over the
   * examples.
   */
  double score(float[] output, Targets targets, int example);

  /** Returns an empty tally. */
  Tally tally();
}
