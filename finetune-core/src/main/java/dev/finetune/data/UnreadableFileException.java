package dev.finetune.data;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if the content of a file cannot be used: it is truncated, damaged, crafted, of another
 * format, or larger than a limit. Every reader of this library throws it, so an application can
 * tell such a file from one that is missing or on a failing disk.
 *
 * <p>The message is {@code file: place: reason}. An unchecked method throws it as the cause of an
 * {@link java.io.UncheckedIOException}.
 */
public final class UnreadableFileException extends IOException {

  private static final long serialVersionUID = 1L;

  /** The file or input. */
  private final String file;

  /** The part of the file. */
  private final String place;

  /** The rule, then what came. */
  private final String reason;

  /**
   * Creates an exception.
   *
   * @param file the file or input, such as its path
   * @param place the part of the file, such as an entry, a tensor or a line; empty for the whole
   * @param reason the rule, then what came
   */
  public UnreadableFileException(String file, String place, String reason) {
    this(file, place, reason, null);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param file the file or input, such as its path
   * @param place the part of the file, such as an entry, a tensor or a line; empty for the whole
   * @param reason the rule, then what came
   * @param cause what a library underneath has thrown; null if there is none
   */
  public UnreadableFileException(
      String file, String place, String reason, @Nullable Throwable cause) {
    super(file + ": " + (place.isEmpty() ? "" : place + ": ") + reason, cause);
    this.file = file;
    this.place = place;
    this.reason = reason;
  }

  /** {@return the file or input, such as its path} */
  public String file() {
    return file;
  }

  /** {@return the part of the file, such as an entry, a tensor or a line; empty for the whole} */
  public String place() {
    return place;
  }

  /** {@return the rule, then what came} */
  public String reason() {
    return reason;
  }
}
