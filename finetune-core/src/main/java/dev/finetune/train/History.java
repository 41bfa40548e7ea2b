package dev.finetune.train;

import java.util.List;
import java.util.Locale;

/**
 * The course of a training.
 *
 * @param epochs what each epoch gave, in order
 * @param stemSeconds wall time of computing the frozen stem once for every image; 0 without one
 */
public record History(List<EpochResult> epochs, double stemSeconds) {

  public History {
    epochs = List.copyOf(epochs);
  }

  /**
   * The last epoch.
   *
   * @throws IllegalStateException if none has ended
   */
  public EpochResult last() {
    requireEpochs();
    return epochs.get(epochs.size() - 1);
  }

  /**
   * The epoch with the best validation accuracy; the first of equals.
   *
   * @throws IllegalStateException if none has ended
   */
  public EpochResult best() {
    requireEpochs();
    EpochResult best = epochs.get(0);
    for (EpochResult epoch : epochs) {
      if (epoch.validAccuracy() > best.validAccuracy()) {
        best = epoch;
      }
    }
    return best;
  }

  private void requireEpochs() {
    if (epochs.isEmpty()) {
      throw new IllegalStateException("The training stopped before its first epoch ended");
    }
  }

  /** The epoch whose weights training gives back. */
  public EpochResult kept(Keep keep) {
    return switch (keep) {
      case LAST -> last();
      case BEST -> best();
    };
  }

  /** Wall time of the stem and all epochs. */
  public double totalSeconds() {
    return stemSeconds + epochs.stream().mapToDouble(EpochResult::seconds).sum();
  }

  /** A header and a line for each epoch; the application's own metrics come last. */
  public String toCsv() {
    List<String> metrics =
        epochs.isEmpty() ? List.of() : epochs.get(0).metrics().keySet().stream().toList();
    StringBuilder csv =
        new StringBuilder(
            "epoch,train_loss,train_accuracy,valid_loss,valid_accuracy,seconds,images_per_second,wait_seconds");
    metrics.forEach(name -> csv.append(',').append(name));
    csv.append('\n');
    for (EpochResult e : epochs) {
      csv.append(
          String.format(
              Locale.ROOT,
              "%d,%.6f,%.6f,%.6f,%.6f,%.3f,%.2f,%.3f",
              e.epoch(),
              e.trainLoss(),
              e.trainAccuracy(),
              e.validLoss(),
              e.validAccuracy(),
              e.seconds(),
              e.imagesPerSecond(),
              e.waitSeconds()));
      metrics.forEach(
          name -> csv.append(String.format(Locale.ROOT, ",%.6f", e.metrics().get(name))));
      csv.append('\n');
    }
    return csv.toString();
  }
}
