package dev.finetune.data;

import dev.finetune.image.Pixels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
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
   * What came of decoding an image.
   *
   * @param value what was made of it; null if it is bad
   * @param problem what is wrong with it; null if nothing is
   * @param cause what was thrown, if something was
   */
  public record Read<T>(@Nullable T value, @Nullable String problem, @Nullable Exception cause) {}

  /**
   * Decodes every image of all the datasets.
   *
   * @throws DatasetException one that lists every image that cannot be read, or has a value that is
   *     not finite; its cause is the first failure
   * @throws UncheckedIOException if this thread is interrupted while it reads
   */
  public static void verify(ImageDataset... datasets) {
    requireNone(bad(datasets));
  }

  /** What is wrong with each image that cannot be read, in order. */
  public static List<String> problems(ImageDataset data) {
    return bad(data).stream().map(Read::problem).filter(Objects::nonNull).toList();
  }

  /**
   * Decodes every image of all the datasets, and returns those that are bad, in order.
   *
   * @throws UncheckedIOException if this thread is interrupted while it reads
   */
  public static List<Read<?>> bad(ImageDataset... datasets) {
    List<Read<?>> bad = new ArrayList<>();
    for (ImageDataset data : datasets) {
      bad.addAll(
          IntStream.range(0, data.size())
              .parallel()
              .mapToObj(i -> read(data, i, pixels -> true))
              .filter(read -> read.problem() != null)
              .toList());
    }
    return bad;
  }

  /**
   * Requires that no image is bad.
   *
   * @throws DatasetException one that lists all that are; its cause is the first failure
   */
  public static void requireNone(List<Read<?>> bad) {
    Problems problems = new Problems();
    for (Read<?> read : bad) {
      if (read.problem() != null && read.cause() != null) {
        problems.add(read.problem(), read.cause());
      } else if (read.problem() != null) {
        problems.add(read.problem());
      }
    }
    problems.throwIfAny(RULE);
  }

  /**
   * Decodes and checks an image, and makes something of it if it is good.
   *
   * @throws UncheckedIOException if this thread is interrupted while it reads
   */
  public static <T> Read<T> read(ImageDataset data, int index, Function<Pixels, T> function) {
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

  /** Returns what to call an image, whatever the dataset's own name for it does. */
  public static String nameOf(ImageDataset data, int index) {
    return Problems.nameOf(data, index);
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
}
