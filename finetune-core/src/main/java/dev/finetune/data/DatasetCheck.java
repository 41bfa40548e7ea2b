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

/**
 * Checks that decode all images of datasets. They find bad files before training starts rather than
 * in the middle of it.
 */
public final class DatasetCheck {

  private static final String RULE = "Every image of a dataset must be readable";

  private DatasetCheck() {}

  /**
   * The result of decoding an image.
   *
   * @param <T> the type of the value
   * @param value the value computed from the image; null if the image is bad
   * @param problem a description of the problem; null if there is none
   * @param cause the exception thrown by the dataset; null if none was thrown
   */
  public record Read<T>(@Nullable T value, @Nullable String problem, @Nullable Exception cause) {}

  /**
   * Decodes every image of all datasets.
   *
   * @param datasets the datasets to check
   * @throws DatasetException if an image cannot be read or has a value that is not finite; lists
   *     all such images, and its cause is the first exception
   * @throws UncheckedIOException if this thread is interrupted while reading
   */
  public static void verify(ImageSource... datasets) {
    requireNone(bad(datasets));
  }

  /**
   * Decodes every image of a dataset and describes the bad ones.
   *
   * @param data the dataset to check
   * @return a description of each image that cannot be read or has a value that is not finite, in
   *     order
   * @throws UncheckedIOException if this thread is interrupted while reading
   */
  public static List<String> problems(ImageSource data) {
    return bad(data).stream().map(Read::problem).filter(Objects::nonNull).toList();
  }

  /**
   * Decodes every image of all datasets and returns the results of the bad ones.
   *
   * @param datasets the datasets to check
   * @return the results for images that cannot be read or have a value that is not finite, in order
   * @throws UncheckedIOException if this thread is interrupted while reading
   */
  public static List<Read<?>> bad(ImageSource... datasets) {
    List<Read<?>> bad = new ArrayList<>();
    for (ImageSource data : datasets) {
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
   * Checks that no image is bad.
   *
   * @param bad results of {@link #bad} or {@link #read}
   * @throws DatasetException if a result has a problem; lists all of them, and its cause is the
   *     first exception
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
   * Decodes and checks an image and, if it is good, computes a value from it.
   *
   * @param <T> the type of the value
   * @param data the dataset
   * @param index the index of the image
   * @param function computes the value
   * @return the value, or the problem
   * @throws UncheckedIOException if this thread is interrupted while reading
   */
  public static <T> Read<T> read(ImageSource data, int index, Function<Pixels, T> function) {
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

  /**
   * {@return the name of an image for messages; a substitute if the dataset throws}
   *
   * @param data the dataset
   * @param index the index of the image
   */
  public static String nameOf(ImageSource data, int index) {
    return Problems.nameOf(data, index);
  }

  /**
   * Decodes one image.
   *
   * @param data the dataset
   * @param index the index of the image
   * @return the image
   * @throws IOException if the image cannot be read
   * @throws DatasetException if the dataset throws any other exception or returns null; the message
   *     names the image and the call
   */
  public static Pixels load(ImageSource data, int index) throws IOException {
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
