package dev.finetune.internal.training;

import dev.finetune.evaluate.TagEvaluation;
import dev.finetune.evaluate.Thresholds;
import dev.finetune.loss.BinaryCrossEntropy;
import dev.finetune.loss.Loss;
import dev.finetune.loss.Targets;
import dev.finetune.train.Score;
import java.util.List;

/**
 * Tagging: any number of tags per image.
 *
 * @param tagNames the names of the tags
 */
record TagTask(List<String> tagNames) implements Task {

  @Override
  public Score score() {
    return Score.MEAN_AVERAGE_PRECISION;
  }

  @Override
  public Loss usualLoss() {
    return BinaryCrossEntropy.binaryCrossEntropy();
  }

  /** Returns the share of the tags that are right at the probability 0.5, which is a logit of 0. */
  @Override
  public double score(float[] output, Targets targets, int example) {
    int right = 0;
    for (int tag = 0; tag < output.length; tag++) {
      boolean has = targets.share(example, tag) >= 0.5;
      right += output[tag] >= 0 == has ? 1 : 0;
    }
    return (double) right / output.length;
  }

  @Override
  public Tally tally() {
    TagEvaluation.Tally tally = TagEvaluation.tally(tagNames);
    return new Tally(
        tally::add,
        () -> {
          TagEvaluation all = tally.result();
          return new Result(
              all.loss(), all.meanAveragePrecision(), Thresholds.fit(all).probabilities());
        });
  }
}
