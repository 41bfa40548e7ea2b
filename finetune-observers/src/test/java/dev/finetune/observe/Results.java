package dev.finetune.observe;

import dev.finetune.train.BatchResult;
import dev.finetune.train.EpochResult;
import dev.finetune.train.Score;
import dev.finetune.train.TrainingObserver;
import dev.finetune.train.TrainingStart;
import java.util.Map;

/** Results of a training of two epochs with three steps each, as in {@code events.py}. */
final class Results {

  static final EpochResult FIRST =
      new EpochResult(1, 1.25, 0.5, 1.375, 0.4, 3.25, 120.5, 0.125, Map.of("größe", 7.0));
  static final EpochResult SECOND =
      new EpochResult(2, 0.7, 0.75, Double.NaN, 0.6, 3.0, 121.5, 0.0, Map.of("größe", -0.0));

  private Results() {}

  static TrainingStart start(int trainImages, int validImages, int epochs) {
    return new TrainingStart(trainImages, validImages, epochs, 0, Score.ACCURACY);
  }

  static BatchResult step(int epoch, int batch, double loss) {
    return new BatchResult(epoch, 2, batch, 3, loss, 0.5, 100, 10);
  }

  /** Calls an observer as a training does, up to the last epoch. */
  static void train(TrainingObserver observer) {
    observer.trainingStarted(start(12, 6, 2));
    observer.batchEnded(step(1, 1, 2.0));
    observer.batchEnded(step(1, 2, 1.5));
    observer.batchEnded(step(1, 3, 1.25));
    observer.epochEnded(FIRST);
    observer.batchEnded(step(2, 1, 1.0));
    observer.batchEnded(step(2, 2, 0.9));
    observer.batchEnded(step(2, 3, 0.7));
    observer.epochEnded(SECOND);
  }
}
