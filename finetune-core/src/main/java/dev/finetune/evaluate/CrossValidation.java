package dev.finetune.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import java.util.Locale;

/**
 * The results of a cross-validation: of models that were each trained without one fold of the
 * images and evaluated on it.
 *
 * @param folds the results on each fold, in order, at least two
 */
public record CrossValidation(List<Evaluation> folds) {

  /**
   * Creates a result. Copies the list.
   *
   * @param folds the results on each fold, in order
   * @throws IllegalArgumentException if there are less than two folds
   */
  public CrossValidation {
    folds = List.copyOf(folds);
    checkArgument(folds.size() >= 2, "folds must be >= 2, got %s", folds.size());
  }

  /** {@return the results on all images, each with the model that was trained without it} */
  public Evaluation pooled() {
    return Evaluation.union(folds);
  }

  /** {@return the mean of the folds' accuracies, from 0 to 1} */
  public double meanAccuracy() {
    return folds.stream().mapToDouble(Evaluation::accuracy).average().orElseThrow();
  }

  /**
   * {@return the sample standard deviation of the folds' accuracies} The models share training
   * images, so it is not the error of the mean.
   */
  public double accuracyDeviation() {
    double mean = meanAccuracy();
    double squares = folds.stream().mapToDouble(e -> Math.pow(e.accuracy() - mean, 2)).sum();
    return Math.sqrt(squares / (folds.size() - 1));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d folds: accuracy %.4f, standard deviation %.4f; all images: %s",
        folds.size(),
        meanAccuracy(),
        accuracyDeviation(),
        pooled());
  }
}
