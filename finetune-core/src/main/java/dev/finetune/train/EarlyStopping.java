package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;
import static com.google.common.base.Preconditions.checkState;

/**
 * Ends a training when its validation results no longer improve.
 *
 * <pre>{@code
 * TrainOptions.defaults().epochs(100).keep(Keep.BEST).earlyStopping(EarlyStopping.patience(5))
 * }</pre>
 *
 * @param patience the number of epochs in a row without improvement after which training ends, at
 *     least 1
 * @param monitor the result to compare
 * @param minDelta the smallest change that counts as an improvement, at least 0 and finite
 */
public record EarlyStopping(int patience, Monitor monitor, double minDelta) {

  private static final String LOSS = ",loss";

  /** A result of validation. */
  public enum Monitor {
    /** The score: accuracy, mean average precision or R². Higher is better. */
    SCORE,
    /** The loss. Lower is better. */
    LOSS
  }

  /**
   * Creates a rule.
   *
   * @param patience at least 1
   * @param monitor the result to compare
   * @param minDelta at least 0 and finite
   * @throws IllegalArgumentException if a value is outside its range
   */
  public EarlyStopping {
    checkArgument(patience >= 1, "patience must be >= 1, got %s", patience);
    checkNotNull(monitor, "monitor must not be null");
    checkArgument(
        minDelta >= 0 && Double.isFinite(minDelta),
        "minDelta must be >= 0 and finite, got %s",
        minDelta);
  }

  /**
   * {@return a rule that ends a training after some epochs in a row without a higher validation
   * score}
   *
   * @param epochs the number of these epochs, at least 1
   * @throws IllegalArgumentException if the value is less than 1
   */
  public static EarlyStopping patience(int epochs) {
    return new EarlyStopping(epochs, Monitor.SCORE, 0);
  }

  /**
   * Parses the notation of the command line: the number of epochs, optionally with {@code ,loss} to
   * compare the validation loss, such as {@code 5} or {@code 5,loss}.
   *
   * @param notation the notation
   * @return the rule
   * @throws IllegalArgumentException if the notation is invalid
   */
  public static EarlyStopping parse(String notation) {
    boolean loss = notation.endsWith(LOSS);
    try {
      EarlyStopping rule =
          patience(
              Integer.parseInt(
                  loss ? notation.substring(0, notation.length() - LOSS.length()) : notation));
      return loss ? rule.monitor(Monitor.LOSS) : rule;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Early stopping must be EPOCHS or EPOCHS,loss, got \"" + notation + "\"", e);
    }
  }

  /**
   * {@return the notation of this rule, which {@link #parse} reads}
   *
   * @throws IllegalStateException if {@code minDelta} is not 0, which has no notation
   */
  public String notation() {
    checkState(minDelta == 0, "A rule with a notation must have minDelta 0, got %s", minDelta);
    return patience + (monitor == Monitor.LOSS ? LOSS : "");
  }

  /**
   * {@return a copy that compares another result}
   *
   * @param value the result
   */
  public EarlyStopping monitor(Monitor value) {
    return new EarlyStopping(patience, value, minDelta);
  }

  /**
   * {@return a copy with another smallest change}
   *
   * @param value the smallest change that counts as an improvement, at least 0 and finite
   * @throws IllegalArgumentException if the value is outside its range
   */
  public EarlyStopping minDelta(double value) {
    return new EarlyStopping(patience, monitor, value);
  }

  /**
   * {@return whether a training with these epochs has to end} Only {@linkplain History#comparable()
   * comparable} epochs count, so the patience begins anew when the size of images changes.
   *
   * @param history the finished epochs
   */
  public boolean stops(History history) {
    double best = Double.NEGATIVE_INFINITY;
    int without = 0;
    for (EpochResult epoch : history.comparable()) {
      double value = monitor == Monitor.SCORE ? epoch.validScore() : -epoch.validLoss();
      if (value > best + minDelta || best == Double.NEGATIVE_INFINITY) {
        best = value;
        without = 0;
      } else {
        without++;
      }
    }
    return without >= patience;
  }
}
