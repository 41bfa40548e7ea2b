package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.evaluate.Interval;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A training that was tried in a search for the best settings.
 *
 * @param candidate the name of the settings
 * @param round the round of the search, from 1; later rounds have more epochs and fewer candidates
 * @param epochs the number of epochs; 0 if it was not trained
 * @param seconds the time of the training in seconds, at least 0
 * @param loss the mean cross-entropy of the validation images; empty if there is no result
 * @param correct the number of validation images whose class is right; 0 if there is no result
 * @param images the number of validation images
 * @param verdict what the search decided
 * @param reason why
 */
public record Trial(
    String candidate,
    int round,
    int epochs,
    double seconds,
    OptionalDouble loss,
    int correct,
    int images,
    Verdict verdict,
    String reason) {

  /** What a search decided about a trial. */
  public enum Verdict {
    /** It goes on to the next round. */
    CONTINUED,
    /** It was not among the best of its round. */
    STOPPED,
    /** Its loss, an output or a weight was not finite. */
    DIVERGED,
    /** The time was over before it began. */
    SKIPPED,
    /** Its settings were chosen. */
    CHOSEN
  }

  /**
   * Creates a trial.
   *
   * @param candidate the name of the settings
   * @param round the round of the search, at least 1
   * @param epochs the number of epochs, at least 0
   * @param seconds the time of the training in seconds, at least 0
   * @param loss the mean cross-entropy of the validation images; empty if there is no result
   * @param correct the number of validation images whose class is right
   * @param images the number of validation images
   * @param verdict what the search decided
   * @param reason why
   * @throws IllegalArgumentException if a number is outside its range
   */
  public Trial {
    checkNotNull(candidate, "candidate must not be null");
    checkNotNull(loss, "loss must not be null");
    checkNotNull(verdict, "verdict must not be null");
    checkNotNull(reason, "reason must not be null");
    checkArgument(round >= 1, "round must be >= 1, got %s", round);
    checkArgument(epochs >= 0, "epochs must be >= 0, got %s", epochs);
    checkArgument(
        seconds >= 0 && Double.isFinite(seconds),
        "seconds must be >= 0 and finite, got %s",
        seconds);
    checkArgument(
        correct >= 0 && correct <= images,
        "correct must be from 0 to the number of images (%s), got %s",
        images,
        correct);
  }

  /**
   * {@return the accuracy on the validation images with its 95 % interval, as a text such as {@code
   * 0.981 (0.961 to 0.991)}; empty if there is no result}
   */
  public String accuracy() {
    return loss.isEmpty()
        ? ""
        : String.format(
            Locale.ROOT,
            "%.3f (%.3f to %.3f)",
            (double) correct / images,
            interval().low(),
            interval().high());
  }

  private Interval interval() {
    return Interval.wilson(correct, images, Interval.USUAL);
  }
}
