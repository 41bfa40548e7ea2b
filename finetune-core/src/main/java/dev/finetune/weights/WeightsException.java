package dev.finetune.weights;

import java.util.List;

/**
 * Thrown if weights do not fit their network or are not finite. The message has the first problems;
 * {@link #problems} has all.
 */
public final class WeightsException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** The most problems in a message, so that it can be read. */
  private static final int SHOWN = 6;

  private final transient List<String> problems;

  /**
   * Creates an exception for weights that do not fit their network.
   *
   * @param source the origin of the weights
   * @param problems one entry per tensor
   */
  public WeightsException(String source, List<String> problems) {
    this(source, problems, "");
  }

  /**
   * Creates an exception for weights that do not fit their network.
   *
   * @param source the origin of the weights
   * @param problems one entry per tensor
   * @param advice a last line that says what to do; empty for none
   */
  public WeightsException(String source, List<String> problems, String advice) {
    this(source, "do not fit the network", problems, advice);
  }

  private WeightsException(String source, String what, List<String> problems, String advice) {
    super(
        "The weights of "
            + source
            + " "
            + what
            + " ("
            + problems.size()
            + (problems.size() == 1 ? " problem):\n  " : " problems):\n  ")
            + String.join("\n  ", problems.subList(0, Math.min(SHOWN, problems.size())))
            + (problems.size() > SHOWN ? "\n  and " + (problems.size() - SHOWN) + " more" : "")
            + (advice.isEmpty() ? "" : "\n  " + advice));
    this.problems = List.copyOf(problems);
  }

  /** Creates an exception for tensors with values that are NaN or infinite. */
  static WeightsException nonFinite(String source, List<String> tensors) {
    return new WeightsException(source, "must be finite", tensors, "");
  }

  /** {@return the problems, one entry per tensor} */
  public List<String> problems() {
    return problems;
  }
}
