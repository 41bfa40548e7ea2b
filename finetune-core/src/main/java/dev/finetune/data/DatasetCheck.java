package dev.finetune.data;

import dev.finetune.image.Pixels;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
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
    map(pixels -> true, datasets);
  }

  /**
   * Decodes every image of all the datasets, and gives what a function makes of each.
   *
   * @param function called on several threads at once
   * @return the results by dataset, in order
   * @throws DatasetException one that lists every image that cannot be read
   */
  public static <T> List<List<T>> map(Function<Pixels, T> function, ImageDataset... datasets) {
    List<List<Read<T>>> all = Arrays.stream(datasets).map(d -> read(d, function)).toList();
    List<String> problems =
        all.stream().flatMap(List::stream).map(Read::problem).filter(Objects::nonNull).toList();
    if (!problems.isEmpty()) {
      throw new DatasetException("Every image of a dataset can be decoded", problems);
    }
    return all.stream().map(reads -> reads.stream().map(Read::value).toList()).toList();
  }

  /** What is wrong with each image that cannot be read, in order. */
  public static List<String> problems(ImageDataset data) {
    return read(data, pixels -> true).stream().map(Read::problem).filter(Objects::nonNull).toList();
  }

  private record Read<T>(@Nullable T value, @Nullable String problem) {}

  private static <T> List<Read<T>> read(ImageDataset data, Function<Pixels, T> function) {
    return IntStream.range(0, data.size())
        .parallel()
        .mapToObj(
            i -> {
              try {
                return new Read<T>(function.apply(data.load(i)), null);
              } catch (IOException e) {
                return new Read<T>(null, String.valueOf(e.getMessage()));
              }
            })
        .toList();
  }
}
