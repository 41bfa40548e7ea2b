package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

/**
 * The facts about a trial of a search that are known before it trains.
 *
 * @param candidate the name of the settings
 * @param round the round of the search, from 1
 * @param number the number of the trial in its round, from 1
 * @param trials the number of trials of the round, at most; time may end it earlier
 * @param epochs the number of epochs, at least 1
 */
public record TrialStart(String candidate, int round, int number, int trials, int epochs) {

  /**
   * Creates the facts.
   *
   * @param candidate the name of the settings
   * @param round the round of the search, at least 1
   * @param number the number of the trial in its round, from 1
   * @param trials the number of trials of the round, at least {@code number}
   * @param epochs the number of epochs, at least 1
   * @throws IllegalArgumentException if a number is outside its range
   */
  public TrialStart {
    checkNotNull(candidate, "candidate must not be null");
    checkArgument(round >= 1, "round must be >= 1, got %s", round);
    checkArgument(
        number >= 1 && number <= trials,
        "number must be from 1 to the number of trials (%s), got %s",
        trials,
        number);
    checkArgument(epochs >= 1, "epochs must be >= 1, got %s", epochs);
  }
}
