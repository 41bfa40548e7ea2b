package dev.finetune.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Data that cannot be used as it is; lists everything that is wrong at once. */
public final class DatasetException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /**
   * One error about everything that is wrong.
   *
   * @param rule what was expected
   * @param problems what came, one entry for each file or row
   */
  public DatasetException(String rule, List<String> problems) {
    this(rule, problems, null);
  }

  /**
   * One error about everything that is wrong.
   *
   * @param rule what was expected
   * @param problems what came, one entry for each file or row
   * @param cause the first failure among the problems, if one was thrown
   */
  public DatasetException(String rule, List<String> problems, @Nullable Throwable cause) {
    super(rule + " (" + problems.size() + " problems):\n  " + String.join("\n  ", problems), cause);
    this.problems = List.copyOf(problems);
  }

  /** Each problem on its own. */
  public List<String> problems() {
    return problems;
  }
}
