package dev.finetune.recipe;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.annotation.Experimental;

/**
 * Settings to compare with others in a search.
 *
 * @param name the name in the table of trials
 * @param recipe chooses the settings
 */
@Experimental
public record Candidate(String name, Recipe recipe) {

  /**
   * Creates a candidate.
   *
   * @param name the name in the table of trials, not blank and without line breaks
   * @param recipe chooses the settings
   * @throws IllegalArgumentException if the name is blank or has a line break
   */
  public Candidate {
    checkNotNull(recipe, "recipe must not be null");
    checkArgument(
        !name.isBlank() && name.lines().count() == 1,
        "The name of a candidate must be one line and not blank, got \"%s\"",
        name);
  }
}
