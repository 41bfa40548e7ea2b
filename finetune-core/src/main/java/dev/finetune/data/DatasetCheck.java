package dev.finetune.data;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads everything once, so that a bad file is known before training and not in its middle. */
final class DatasetCheck {

  private DatasetCheck() {}

  static void verify(ImageDataset data) {
    List<String> problems =
        IntStream.range(0, data.size())
            .parallel()
            .mapToObj(i -> problem(data, i))
            .filter(Objects::nonNull)
            .toList();
    if (!problems.isEmpty()) {
      throw new DatasetException("Every image of a dataset can be decoded", problems);
    }
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
