package dev.finetune.weights;

import java.util.List;

/** Weights that do not fit the network they are for; lists everything that is wrong at once. */
public final class WeightsException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /** One error about everything that is wrong with the weights of {@code source}. */
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
            + " problems):\n  "
            + String.join("\n  ", problems));
    this.problems = List.copyOf(problems);
  }

  /** One error about every tensor of {@code source} with a value that is NaN or infinite. */
  static WeightsException nonFinite(String source, List<String> tensors) {
    return new WeightsException(source, "are to be finite numbers", tensors);
  }

  /** Each problem on its own. */
  public List<String> problems() {
    return problems;
  }
}
