package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import com.google.common.base.CaseFormat;
import java.util.List;
import java.util.Locale;

/**
 * The results of a training.
 *
 * @param epochs the results of the finished epochs, in order
 * @param stemSeconds the wall time of computing the frozen stem for all images; 0 without a stem
 * @param score what {@link EpochResult#trainScore} and {@link EpochResult#validScore} measure
 * @param end the reason why the training ended
 * @param comparableFrom the first epoch whose results can be compared with those of the last one:
 *     since it, images have had the same size; 1 unless a training begins with smaller images
 */
public record History(
    List<EpochResult> epochs,
    double stemSeconds,
    Score score,
    TrainingEnd end,
    int comparableFrom) {

  /**
   * Creates a history. Copies the list.
   *
   * @param epochs the results of the finished epochs, in order
   * @param stemSeconds the wall time of computing the frozen stem; 0 without a stem
   * @param score what the scores measure
   * @param end the reason why the training ended
   * @param comparableFrom the first epoch whose results can be compared with those of the last one,
   *     from 1 to the number of epochs; 1 if there is no epoch
   * @throws IllegalArgumentException if {@code comparableFrom} is outside its range
   */
  public History {
    epochs = List.copyOf(epochs);
    checkArgument(
        comparableFrom >= 1 && comparableFrom <= Math.max(1, epochs.size()),
        "comparableFrom must be from 1 to the number of epochs, %s, got %s",
        epochs.size(),
        comparableFrom);
    checkNotNull(score, "score must not be null");
    checkNotNull(end, "end must not be null");
  }

  /**
   * Creates a history of a training whose images always had the same size. Copies the list.
   *
   * @param epochs the results of the finished epochs, in order
   * @param stemSeconds the wall time of computing the frozen stem; 0 without a stem
   * @param score what the scores measure
   * @param end the reason why the training ended
   */
  public History(List<EpochResult> epochs, double stemSeconds, Score score, TrainingEnd end) {
    this(epochs, stemSeconds, score, end, 1);
  }

  /**
   * Creates a history of a completed training of a classifier. Copies the list.
   *
   * @param epochs the results of the finished epochs, in order
   * @param stemSeconds the wall time of computing the frozen stem; 0 without a stem
   */
  public History(List<EpochResult> epochs, double stemSeconds) {
    this(epochs, stemSeconds, Score.ACCURACY, TrainingEnd.COMPLETED);
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

  /** {@return the epochs from {@link #comparableFrom} on, in order} */
  public List<EpochResult> comparable() {
    return epochs.subList(comparableFrom - 1, epochs.size());
  }

  /**
   * {@return the epoch with the highest validation score; the first of equals} Only {@linkplain
   * #comparable() comparable} epochs count: those with smaller images were validated with these.
   *
   * @throws IllegalStateException if no epoch was finished
   */
  public EpochResult best() {
    requireEpochs();
    EpochResult best = comparable().get(0);
    for (EpochResult epoch : comparable()) {
      if (epoch.validScore() > best.validScore()) {
        best = epoch;
      }
    }
    return best;
  }

  private static String column(String name) {
    return CaseFormat.LOWER_CAMEL.to(CaseFormat.LOWER_UNDERSCORE, name);
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
            String.join(
                ",",
                "epoch",
                "train_loss",
                column(score.trainName()),
                "valid_loss",
                column(score.validName()),
                "seconds",
                "images_per_second",
                "wait_seconds"));
    metrics.forEach(name -> csv.append(',').append(name));
    csv.append('\n');
    for (EpochResult e : epochs) {
      csv.append(
          String.format(
              Locale.ROOT,
              "%d,%.6f,%.6f,%.6f,%.6f,%.3f,%.2f,%.3f",
              e.epoch(),
              e.trainLoss(),
              e.trainScore(),
              e.validLoss(),
              e.validScore(),
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
