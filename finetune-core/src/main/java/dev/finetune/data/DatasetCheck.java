package dev.finetune.data;

import dev.finetune.image.Pixels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads everything once, so that a bad file is known before training and not in its middle. */
public final class DatasetCheck {

  private static final String RULE = "Every image of a dataset can be decoded";

  private DatasetCheck() {}

  /**
   * Decodes every image of all the datasets.
   *
   * @throws DatasetException one that lists every image that cannot be read, or has a value that is
   *     not finite
   */
  public static void verify(ImageDataset... datasets) {
    map(pixels -> true, datasets);
  }

  /**
   * Decodes every image of all the datasets, and gives what a function makes of each.
   *
   * @param function called on several threads at once
   * @return the results by dataset, in order
   * @throws DatasetException one that lists every image that cannot be read, or has a value that is
   *     not finite; its cause is the first failure
   * @throws UncheckedIOException if this thread is interrupted while it reads
   */
  public static <T> List<List<T>> map(Function<Pixels, T> function, ImageDataset... datasets) {
    List<List<Read<T>>> all = Arrays.stream(datasets).map(d -> read(d, function)).toList();
    Problems problems = new Problems();
    for (List<Read<T>> reads : all) {
      for (Read<T> read : reads) {
        if (read.problem() != null && read.cause() != null) {
          problems.add(read.problem(), read.cause());
        } else if (read.problem() != null) {
          problems.add(read.problem());
        }
      }
    }
    problems.throwIfAny(RULE);
    return all.stream().map(reads -> reads.stream().map(Read::value).toList()).toList();
  }

  /** What is wrong with each image that cannot be read, in order. */
  public static List<String> problems(ImageDataset data) {
    return read(data, pixels -> true).stream().map(Read::problem).filter(Objects::nonNull).toList();
  }

  /**
   * Decodes one image.
   *
   * @throws IOException if it cannot be read
   * @throws DatasetException if the dataset fails otherwise or gives null; the message names the
   *     image and the call
   */
  public static Pixels load(ImageDataset data, int index) throws IOException {
    Pixels image;
    try {
      image = data.load(index);
    } catch (RuntimeException e) {
      throw new DatasetException(RULE, List.of(Problems.failed(data, index, "load", e)), e);
    }
    if (image == null) {
      throw new DatasetException(RULE, List.of(String.valueOf(Problems.fault(data, index, null))));
    }
    return image;
  }

  private record Read<T>(@Nullable T value, @Nullable String problem, @Nullable Exception cause) {}

  private static <T> List<Read<T>> read(ImageDataset data, Function<Pixels, T> function) {
    return IntStream.range(0, data.size())
        .parallel()
        .mapToObj(i -> read(data, i, function))
        .toList();
  }

  private static <T> Read<T> read(ImageDataset data, int index, Function<Pixels, T> function) {
    Pixels image;
    try {
      image = data.load(index);
    } catch (IOException e) {
      if (Interruption.caused(e)) {
        throw new UncheckedIOException(Interruption.MESSAGE, e);
      }
      return new Read<T>(null, Problems.unreadable(data, index, e), e);
    } catch (RuntimeException e) {
      return new Read<T>(null, Problems.failed(data, index, "load", e), e);
    }
    String fault = Problems.fault(data, index, image);
    return fault == null
        ? new Read<T>(function.apply(image), null, null)
        : new Read<T>(null, fault, null);
  }
}
