package dev.finetune.internal.training;

import dev.finetune.evaluate.ValueEvaluation;
import dev.finetune.loss.Loss;
import dev.finetune.loss.SquaredError;
import dev.finetune.loss.Targets;
import dev.finetune.train.Score;
import java.util.List;

/**
 * Regression: numbers for each image. Outputs and targets are standardised; see {@link ValueScale}.
 *
 * @param valueNames the names of the values
 */
record ValueTask(List<String> valueNames) implements Task {

  @Override
  public Score score() {
    return Score.R2;
  }

  @Override
  public Loss usualLoss() {
    return SquaredError.squaredError();
  }

  /**
   * Returns 1 - the mean of the squared errors. Standardised training values have a total sum of
   * squares that equals the number of images, so the mean over all of them is R².
   */
  @Override
  public double score(float[] output, Targets targets, int example) {
    double sum = 0;
    for (int i = 0; i < output.length; i++) {
      double error = output[i] - targets.value(example, i);
      sum += error * error;
    }
    return 1 - sum / output.length;
  }

  /** R² does not depend on the units, so validation uses the standardised values too. */
  @Override
  public Tally tally() {
    ValueEvaluation.Tally tally = ValueEvaluation.tally(valueNames);
    return new Tally(
        tally::add,
        () -> {
          ValueEvaluation all = tally.result();
          return new Result(all.loss(), all.r2(), List.of());
        });
  }
}
