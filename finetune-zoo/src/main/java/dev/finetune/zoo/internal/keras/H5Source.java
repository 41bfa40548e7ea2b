package dev.finetune.zoo.internal.keras;

import dev.finetune.data.UnreadableFileException;
import org.jspecify.annotations.Nullable;

/**
 * The origin of an HDF5 file, for messages.
 *
 * @param file the path
 * @param entry the entry, if the file is a zip that contains it; otherwise empty
 */
record H5Source(String file, String entry) {

  /** Returns an exception for content that cannot be used. */
  UnreadableFileException refused(String place, String reason) {
    return refused(place, reason, null);
  }

  UnreadableFileException refused(String place, String reason, @Nullable Throwable cause) {
    String joined = entry.isEmpty() || place.isEmpty() ? entry + place : entry + ": " + place;
    return new UnreadableFileException(file, joined, reason, cause);
  }
}
