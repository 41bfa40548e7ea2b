package dev.finetune.train;

import java.util.List;
import java.util.Locale;

/**
 * The results of a training.
 *
 * @param epochs the results of the finished epochs, in order
 * @param stemSeconds the wall time of computing the frozen stem for all images; 0 without a stem
 */
public record History(List<EpochResult> epochs, double stemSeconds) {

  /**
   * Creates a history. Copies the list.
   *
   * @param epochs the results of the finished epochs, in order
   * @param stemSeconds the wall time of computing the frozen stem; 0 without a stem
   */
  public History {
    epochs = List.copyOf(epochs);
  }

  /**
   * {@return the last epoch}
   *
   * @throws IllegalStateException if no epoch was finished
   */
  public EpochResult last() {
    requireEpochs();
    return epochs.get(epochs.size() - 1);
  }

  /**
   * {@return the epoch with the highest validation accuracy; the first of equals}
   *
   * @throws IllegalStateException if no epoch was finished
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
      throw new IllegalStateException(
          "A history must have a finished epoch, got none: the training stopped in its first"
              + " epoch");
    }
  }

  /**
   * {@return the epoch whose weights training returns}
   *
   * @param keep the choice made for the training
   * @throws IllegalStateException if no epoch was finished
   */
  public EpochResult kept(Keep keep) {
    return switch (keep) {
      case LAST -> last();
      case BEST -> best();
    };
  }

  /** {@return the wall time of the stem and all epochs, in seconds} */
  public double totalSeconds() {
    return stemSeconds + epochs.stream().mapToDouble(EpochResult::seconds).sum();
  }

  /**
   * {@return a CSV table with a header and one line per epoch} The application's metrics are the
   * last columns.
   */
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
