package dev.finetune.data;

import dev.finetune.image.Pixels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with datasets, to tell all of it at once. */
final class Problems {

  private final List<String> texts = new ArrayList<>();
  private @Nullable Throwable first;

  void add(String text) {
    texts.add(text);
  }

  void add(String text, Throwable cause) {
    texts.add(text);
    first = first == null ? cause : first;
  }

  List<String> texts() {
    return texts;
  }

  /** Throws one error with everything, whose cause is the first failure. */
  void throwIfAny(String rule) {
    if (!texts.isEmpty()) {
      throw new DatasetException(rule, texts, first);
    }
  }

  /** What to call an image, whatever the dataset's own name for it does. */
  static String nameOf(ImageDataset data, int index) {
    try {
      return String.valueOf(data.name(index));
    } catch (RuntimeException e) {
      return "image " + index + " (its name fails: " + e + ")";
    }
  }

  /** That a call of a dataset threw something. */
  static String failed(ImageDataset data, int index, String call, Throwable cause) {
    return nameOf(data, index) + ": " + call(data, index, call) + " threw " + cause;
  }

  /** That an image cannot be read. Its message tells which by contract, and is held to it. */
  static String unreadable(ImageDataset data, int index, IOException cause) {
    String name = nameOf(data, index);
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return message.contains(name) ? message : name + ": " + message;
  }

  /** What is wrong with a loaded image; null if nothing is. */
  static @Nullable String fault(ImageDataset data, int index, @Nullable Pixels image) {
    if (image == null) {
      return nameOf(data, index) + ": " + call(data, index, "load") + " gave null";
    }
    OptionalInt bad = image.firstNonFinite();
    return bad.isEmpty()
        ? null
        : nameOf(data, index)
            + ": its values are to be finite, from 0 to 255, and value "
            + bad.getAsInt()
            + " of "
            + image.planes().length
            + " is "
            + image.planes()[bad.getAsInt()];
  }

  private static String call(ImageDataset data, int index, String method) {
    String type = data.getClass().getSimpleName();
    return (type.isEmpty() ? data.getClass().getName() : type) + "." + method + "(" + index + ")";
  }
}
