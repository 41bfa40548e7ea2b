package dev.finetune.internal.training;

import dev.finetune.evaluate.Evaluation;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.loss.Loss;
import dev.finetune.loss.Targets;
import dev.finetune.train.Score;
import java.util.List;

/**
 * Classification: one class per image.
 *
 * @param classNames the names of the classes
 */
record ClassTask(List<String> classNames) implements Task {

  @Override
  public Score score() {
    return Score.ACCURACY;
  }

  @Override
  public Loss usualLoss() {
    return CrossEntropy.crossEntropy();
  }

  /** Returns 1 if the largest logit, the first of equal ones, is that of the class. */
  @Override
  public double score(float[] output, Targets targets, int example) {
    int largest = 0;
    for (int i = 1; i < output.length; i++) {
      largest = output[i] > output[largest] ? i : largest;
    }
    return largest == targets.label(example) ? 1 : 0;
  }

  @Override
  public Tally tally() {
    Evaluation.Tally tally = Evaluation.tally(classNames);
    return new Tally(
        (outputs, targets) -> {
          for (int i = 0; i < outputs.length; i++) {
            tally.add(outputs[i], targets.label(i));
          }
        },
        () -> {
          Evaluation all = tally.result();
          return new Result(all.loss(), all.accuracy(), List.of());
        });
  }
}
