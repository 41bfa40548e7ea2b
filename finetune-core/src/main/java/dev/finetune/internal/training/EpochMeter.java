package dev.finetune.internal.training;

import dev.finetune.evaluate.Evaluation;
import dev.finetune.train.BatchResult;
import dev.finetune.train.EpochResult;
import dev.finetune.train.TrainOptions;
import java.util.List;

/** Adds up the steps of an epoch. */
final class EpochMeter {

  private final long start = System.nanoTime();
  private final int epoch;
  private final int epochs;
  private final int images;
  private final int batches;
  private int batch;
  private int seen;
  private double lossSum;
  private int correct;
  private double trainSeconds;
  private double waitSeconds;

  EpochMeter(int epoch, int images, TrainOptions options) {
    this.epoch = epoch;
    this.epochs = options.epochs();
    this.images = images;
    this.batches = (images + options.batchSize() - 1) / options.batchSize();
  }

  void add(Learner.Step step, int size) {
    batch++;
    seen += size;
    lossSum += step.loss() * size;
    correct += step.correct();
    trainSeconds = Trainer.secondsSince(start);
  }

  void waited(double seconds) {
    waitSeconds += seconds;
  }

  /** Where the epoch stands; the time left is from finished epochs, or from this one at first. */
  BatchResult progress(List<EpochResult> before) {
    double epochSeconds =
        before.isEmpty()
            ? trainSeconds / seen * images
            : before.stream().mapToDouble(EpochResult::seconds).average().orElseThrow();
    double left = epochSeconds * (epochs - epoch + 1) - trainSeconds;
    return new BatchResult(
        epoch,
        epochs,
        batch,
        batches,
        lossSum / seen,
        (double) correct / seen,
        seen / trainSeconds,
        Math.max(0, left));
  }

  EpochResult result(Evaluation valid, double seconds) {
    return new EpochResult(
        epoch,
        lossSum / seen,
        (double) correct / seen,
        valid.loss(),
        valid.accuracy(),
        seconds,
        seen / trainSeconds,
        waitSeconds);
  }
}
