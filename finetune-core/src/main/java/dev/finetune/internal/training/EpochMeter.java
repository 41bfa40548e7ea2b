package dev.finetune.internal.training;

import dev.finetune.evaluate.Evaluation;
import dev.finetune.train.BatchResult;
import dev.finetune.train.EpochResult;
import dev.finetune.train.TrainOptions;
import java.util.List;
import java.util.Map;

/** Adds up the steps of an epoch. */
final class EpochMeter {

  private final long start = System.nanoTime();
  private final EpochSums before;
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

  /**
   * Starts with the sums of a resumed epoch, or with {@link EpochSums#NONE}.
   *
   * @param epoch the number of the epoch, from 1
   * @param images the number of images of the whole epoch
   * @param before the sums so far
   */
  EpochMeter(int epoch, int images, TrainOptions options, EpochSums before) {
    this.epoch = epoch;
    this.epochs = options.epochs();
    this.images = images;
    this.batches = (images + options.batchSize() - 1) / options.batchSize();
    this.before = before;
    this.batch = before.steps();
    this.seen = before.images();
    this.lossSum = before.lossSum();
    this.correct = before.correct();
    this.trainSeconds = before.trainSeconds();
    this.waitSeconds = before.waitSeconds();
  }

  /** Adds a step with a batch of {@code size} images. */
  void add(Learner.Step step, int size) {
    batch++;
    seen += size;
    lossSum += step.loss() * size;
    correct += step.correct();
    trainSeconds = before.trainSeconds() + Trainer.secondsSince(start);
  }

  /** Adds time spent waiting for images. */
  void waited(double seconds) {
    waitSeconds += seconds;
  }

  /** Returns the sums so far. */
  EpochSums sums() {
    return new EpochSums(batch, seen, lossSum, correct, trainSeconds, waitSeconds);
  }

  /**
   * Returns the progress of the run. The remaining time follows from the mean time of the finished
   * epochs, or from this epoch if it is the first.
   */
  BatchResult progress(List<EpochResult> finished) {
    double epochSeconds =
        finished.isEmpty()
            ? trainSeconds / seen * images
            : finished.stream().mapToDouble(EpochResult::seconds).average().orElseThrow();
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

  /** Returns the result of the finished epoch. */
  EpochResult result(Evaluation valid, Map<String, Double> metrics) {
    return new EpochResult(
        epoch,
        lossSum / seen,
        (double) correct / seen,
        valid.loss(),
        valid.accuracy(),
        before.trainSeconds() + Trainer.secondsSince(start),
        seen / trainSeconds,
        waitSeconds,
        metrics);
  }
}
