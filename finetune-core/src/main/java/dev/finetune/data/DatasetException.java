package dev.finetune.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Thrown if data cannot be used. Lists all problems at once. */
public final class DatasetException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /**
   * Creates an exception that lists problems.
   *
   * @param rule what the data must satisfy
   * @param problems one entry per file, image or row
   */
  public DatasetException(String rule, List<String> problems) {
    this(rule, problems, null);
  }

  /**
   * Creates an exception that lists problems, with a cause.
   *
   * @param rule what the data must satisfy
   * @param problems one entry per file, image or row
   * @param cause the first exception among the problems; null if there is none
   */
  public DatasetException(String rule, List<String> problems, @Nullable Throwable cause) {
    super(
        rule
            + " ("
            + problems.size()
            + (problems.size() == 1 ? " problem):\n  " : " problems):\n  ")
            + String.join("\n  ", problems),
        cause);
    this.problems = List.copyOf(problems);
  }

  /** {@return the problems, one entry per file, image or row} */
  public List<String> problems() {
    return problems;
  }
}
