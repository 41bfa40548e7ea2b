package dev.finetune.data;

import dev.finetune.image.Pixels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The problems of datasets, collected to report all of them at once. */
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

  /** Throws an exception with all problems if there are any. Its cause is the first exception. */
  void throwIfAny(String rule) {
    if (!texts.isEmpty()) {
      throw new DatasetException(rule, texts, first);
    }
  }

  /** Returns the name of an image; a substitute if the dataset throws. */
  static String nameOf(ImageSource data, int index) {
    try {
      @Nullable String name = data.name(index);
      return name == null ? "image " + index + " (name() returned null)" : name;
    } catch (RuntimeException e) {
      return "image " + index + " (name() threw " + e + ")";
    }
  }

  /** Returns the problem of a dataset call that threw an exception. */
  static String failed(ImageSource data, int index, String call, Throwable cause) {
    return nameOf(data, index) + ": " + call(data, index, call) + " threw " + cause;
  }

  /**
   * Returns the problem of an image that cannot be read. The exception's message should name the
   * image; the name is added if it does not.
   */
  static String unreadable(ImageSource data, int index, IOException cause) {
    String name = nameOf(data, index);
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return message.contains(name) ? message : name + ": " + message;
  }

  /** Returns the problem of a loaded image; null if there is none. */
  static @Nullable String fault(ImageSource data, int index, @Nullable Pixels image) {
    if (image == null) {
      return nameOf(data, index) + ": " + call(data, index, "load") + " returned null";
    }
    OptionalInt bad = image.firstNonFinite();
    return bad.isEmpty()
        ? null
        : nameOf(data, index)
            + ": values must be finite, got "
            + image.planes()[bad.getAsInt()]
            + " at index "
            + bad.getAsInt()
            + " of "
            + image.values();
  }

  private static String call(ImageSource data, int index, String method) {
    String type = data.getClass().getSimpleName();
    return (type.isEmpty() ? data.getClass().getName() : type) + "." + method + "(" + index + ")";
  }
}
