package dev.finetune.zoo.weights;

import dev.finetune.data.UnreadableFileException;
import dev.finetune.weights.Tensor;
import java.util.Map;

/** A check that weights have no NaN or infinite values. */
final class FiniteValues {

  private FiniteValues() {}

  /**
   * Checks all tensors of a file.
   *
   * @param source the name of the file in messages
   * @param tensors the tensors by their names in the file
   * @throws UnreadableFileException if a value is not finite; the message names the file and the
   *     first such tensor
   */
  static void require(String source, Map<String, Tensor> tensors) throws UnreadableFileException {
    String first = null;
    int more = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      float[] values = entry.getValue().values();
      int count = 0;
      float found = 0;
      for (float value : values) {
        if (!Float.isFinite(value)) {
          found = count == 0 ? value : found;
          count++;
        }
      }
      if (count > 0 && first == null) {
        first =
            String.format(
                "%s in %s (%d of %d values)", found, entry.getKey(), count, values.length);
      } else if (count > 0) {
        more++;
      }
    }
    if (first != null) {
      throw new UnreadableFileException(
          source,
          "",
          "every weight must be finite, got "
              + first
              + (more == 0 ? "" : String.format(" and others in %d more tensors", more)));
    }
  }
}
