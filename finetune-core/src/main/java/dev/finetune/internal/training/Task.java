package dev.finetune.internal.training;

import dev.finetune.loss.Loss;
import dev.finetune.loss.Targets;
import dev.finetune.train.Score;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** What a network learns: to classify, to find tags, or to estimate values. */
public interface Task {

  /**
   * The results over the validation images.
   *
   * @param loss the mean of the usual loss
   * @param score the score
   * @param fitted what a model with these outputs stores in addition to its weights: the thresholds
   *     of tags; empty for other tasks
   */
  record Result(double loss, double score, List<Double> fitted) {}

  /**
   * Collects the outputs for the validation images.
   *
   * @param batches receives each batch of finite outputs, with its targets
   * @param result returns the results over all batches
   */
  record Tally(BiConsumer<float[][], Targets> batches, Supplier<Result> result) {}

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
