package dev.finetune.data;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads everything once, so that a bad file is known before training and not in its middle. */
public final class DatasetCheck {

  private DatasetCheck() {}

  /**
   * Decodes every image of all the datasets.
   *
   * @throws DatasetException one that lists every image that cannot be read
   */
  public static void verify(ImageDataset... datasets) {
    List<String> problems =
        Arrays.stream(datasets).flatMap(data -> problems(data).stream()).toList();
    if (!problems.isEmpty()) {
      throw new DatasetException("Every image of a dataset can be decoded", problems);
    }
  }

  /** What is wrong with each image that cannot be read, in order. */
  public static List<String> problems(ImageDataset data) {
    return IntStream.range(0, data.size())
        .parallel()
        .mapToObj(i -> problem(data, i))
        .filter(Objects::nonNull)
        .toList();
  }

  private static @Nullable String problem(ImageDataset data, int index) {
    try {
      data.load(index);
      return null;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
