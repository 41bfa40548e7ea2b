package dev.finetune.datasets;

import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import java.util.List;

/**
 * What a reader found, good and bad, so that a caller with several readers can tell all at once.
 *
 * @param rule what was expected
 * @param images what can be used
 * @param problems what cannot
 */
record Scan(String rule, ImageDataset images, List<String> problems) {

  Scan {
    problems = List.copyOf(problems);
  }

  /** The images, or one error with everything that is wrong. */
  ImageDataset orThrow() {
    if (!problems.isEmpty()) {
      throw new DatasetException(rule, problems);
    }
    return images;
  }
}
