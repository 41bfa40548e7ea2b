package dev.finetune.zoo.internal.keras;

import dev.finetune.data.Interruption;
import java.io.IOException;

/** What the HDF5 library throws: many kinds of exceptions for damaged files. */
final class H5Failures {

  private H5Failures() {}

  /** Returns the exception to throw instead. */
  static IOException of(H5Source source, String place, Throwable failure) {
    if (Interruption.caused(failure)) {
      return new IOException(
          source.file() + ": the thread was interrupted while reading the file", failure);
    } else if (failure instanceof StackOverflowError) {
      return source.refused(
          place, "the groups of a Keras HDF5 file must be a tree, got one that contains itself");
    }
    return source.refused(
        place, "the Keras HDF5 file cannot be read: " + failure.getMessage(), failure);
  }
}
