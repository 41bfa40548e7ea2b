package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the outputs of the frozen stem are kept. By default in the heap, for one training. In a
 * folder they serve later trainings too: with another head, learning rate or number of epochs these
 * start at once.
 *
 * <p>Files in the folder are found by the content of what they were computed from: the stem's
 * layers and weights, the input and its preprocessing, the images. Nothing has to be cleared by
 * hand when any of these changes. Several processes may use one folder.
 *
 * @param directory the folder, or empty for the heap
 * @param precision of the values in the folder; the heap has float32
 * @param maxBytes how large the folder may become; the sets unused for longest are dropped
 */
public record FeatureCache(Optional<Path> directory, Precision precision, long maxBytes) {

  /** How values are stored. */
  public enum Precision {
    /** As computed. */
    FLOAT32,
    /**
     * IEEE 754 half precision: half the space, 11 significant bits. Values over 65504 become that.
     */
    FLOAT16
  }

  private static final long TWENTY_GIGABYTES = 20_000_000_000L;

  public FeatureCache {
    checkNotNull(directory, "directory is given or empty, got null");
    checkNotNull(precision, "precision is given, got null");
    checkArgument(maxBytes > 0, "maxBytes is over 0, got %s", maxBytes);
  }

  /** In the heap, for one training. */
  public static FeatureCache inMemory() {
    return new FeatureCache(Optional.empty(), Precision.FLOAT32, TWENTY_GIGABYTES);
  }

  /** In that folder, which is made if need be: float32, at most 20 GB. */
  public static FeatureCache at(Path directory) {
    return new FeatureCache(
        Optional.of(checkNotNull(directory, "A cache's folder is given, got null")),
        Precision.FLOAT32,
        TWENTY_GIGABYTES);
  }

  /** Returns a copy that stores half precision. */
  public FeatureCache float16() {
    return new FeatureCache(directory, Precision.FLOAT16, maxBytes);
  }

  /** Returns a copy with that bound. */
  public FeatureCache maxBytes(long value) {
    return new FeatureCache(directory, precision, value);
  }
}
