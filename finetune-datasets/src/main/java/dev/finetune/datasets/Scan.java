package dev.finetune.datasets;

import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import java.util.List;

/**
 * The result of reading a dataset, with its problems collected rather than thrown, for callers that
 * report the problems of several readers together.
 *
 * @param rule the rule that the problems violate
 * @param images the images that can be used
 * @param problems one entry per file, folder or row that cannot be used
 */
record Scan(String rule, ImageDataset images, List<String> problems) {

  Scan {
    problems = List.copyOf(problems);
  }

  /** Returns the images, or throws a {@link DatasetException} that lists all problems. */
  ImageDataset orThrow() {
    if (!problems.isEmpty()) {
      throw new DatasetException(rule, problems);
    }
    return images;
  }
}
