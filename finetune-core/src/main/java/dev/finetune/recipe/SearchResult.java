package dev.finetune.recipe;

import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.annotation.Experimental;
import dev.finetune.train.Trial;
import java.util.List;

/**
 * The result of a search.
 *
 * @param best the name of the chosen candidate
 * @param settings its settings, with all epochs
 * @param trials all trials in order
 */
@Experimental
public record SearchResult(String best, RecipeSettings settings, List<Trial> trials) {

  /**
   * Creates a result. Copies the list.
   *
   * @param best the name of the chosen candidate
   * @param settings its settings, with all epochs
   * @param trials all trials in order
   */
  public SearchResult {
    checkNotNull(best, "best must not be null");
    checkNotNull(settings, "settings must not be null");
    trials = List.copyOf(trials);
  }

  /** {@return a table of the trials for people, one line each below a line of titles} */
  public String table() {
    return TrialTable.text(trials);
  }

  /** {@return a table of the trials as comma-separated values (RFC 4180) with a line of titles} */
  public String csv() {
    return TrialTable.csv(trials);
  }
}
