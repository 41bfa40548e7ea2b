package dev.finetune.zoo.weights;

import java.util.List;

/** What to say of a file none of whose tensors belongs to the network. */
final class ForeignWeights {

  private static final int SHOWN = 3;

  private ForeignWeights() {}

  /**
   * Returns one problem in place of many.
   *
   * @param extra a problem for each layer of the file; at least one
   */
  static List<String> problem(List<String> extra) {
    return List.of(text("", extra));
  }

  /**
   * Returns the problem of a file of tensors.
   *
   * @param names their names; at least one
   */
  static String ofTensors(List<String> names) {
    return text(" tensors", names);
  }

  private static String text(String kind, List<String> all) {
    return "the file must have the weights of this network, got none of its names, as in a file of"
        + " another network; the first of "
        + all.size()
        + kind
        + ": "
        + String.join(", ", all.subList(0, Math.min(SHOWN, all.size())));
  }
}
