package dev.finetune.weights;

import java.util.List;

/** Thrown if weights do not fit their network or are not finite. Lists all problems at once. */
public final class WeightsException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /**
   * Creates an exception for weights that do not fit their network.
   *
   * @param source the origin of the weights
   * @param problems one entry per tensor
   */
  public WeightsException(String source, List<String> problems) {
    this(source, "do not fit the network", problems);
  }

  private WeightsException(String source, String what, List<String> problems) {
    super(
        "The weights of "
            + source
            + " "
            + what
            + " ("
            + problems.size()
            + (problems.size() == 1 ? " problem):\n  " : " problems):\n  ")
            + String.join("\n  ", problems));
    this.problems = List.copyOf(problems);
  }

  /** Creates an exception for tensors with values that are NaN or infinite. */
  static WeightsException nonFinite(String source, List<String> tensors) {
    return new WeightsException(source, "must be finite", tensors);
  }

  /** {@return the problems, one entry per tensor} */
  public List<String> problems() {
    return problems;
  }
}
