package dev.finetune.zoo.weights;

import java.util.List;

/** What to say of a file none of whose tensors belongs to the network. */
final class ForeignWeights {

  private static final int SHOWN = 3;

  private ForeignWeights() {}

  /**
   * Returns one problem in place of many.
   *
   * @param extra a problem for each tensor or layer of the file; at least one
   */
  static List<String> problem(List<String> extra) {
    return List.of(
        "the file must hold the weights of this network, got none of its names, as in a file of"
            + " another network; the first of "
            + extra.size()
            + ": "
            + String.join(", ", extra.subList(0, Math.min(SHOWN, extra.size()))));
  }
}
