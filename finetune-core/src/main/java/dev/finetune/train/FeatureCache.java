package dev.finetune.train;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The storage of the frozen stem's outputs. By default it is the heap, for one training. Outputs
 * stored in a folder are reused by later trainings, for example with another head, learning rate or
 * number of epochs.
 *
 * <p>Stored features are keyed by the content of everything they were computed from: the stem's
 * layers and weights, the engine, the preprocessing and the images. Nothing has to be deleted when
 * one of these changes. Several processes and users may use one folder. A user who cannot write the
 * files of another adds files beside them; one who cannot create files reads what is there, and
 * keeps the rest in the heap for one training.
 *
 * @param directory the folder; empty for the heap
 * @param precision the precision of the values in the folder; the heap has float32
 * @param maxBytes the largest size of the folder, over 0; the least recently used sets are deleted
 */
public record FeatureCache(Optional<Path> directory, Precision precision, long maxBytes) {

  /** The number format of stored values. */
  public enum Precision {
    /** IEEE 754 single precision, as computed. */
    FLOAT32,
    /**
     * IEEE 754 half precision: half the space, 11 significant bits. Magnitudes over 65504 become
     * 65504.
     */
    FLOAT16
  }

  private static final long TWENTY_GIGABYTES = 20_000_000_000L;

  /**
   * Creates a storage.
   *
   * @param directory the folder; empty for the heap
   * @param precision the precision of the values in the folder
   * @param maxBytes the largest size of the folder, over 0
   * @throws IllegalArgumentException if {@code maxBytes} is not over 0
   */
  public FeatureCache {
    checkNotNull(directory, "directory must not be null");
    checkNotNull(precision, "precision must not be null");
    checkArgument(maxBytes > 0, "maxBytes must be > 0, got %s", maxBytes);
  }

  /** {@return a storage in the heap, for one training} */
  public static FeatureCache inMemory() {
    return new FeatureCache(Optional.empty(), Precision.FLOAT32, TWENTY_GIGABYTES);
  }

  /**
   * {@return a storage in a folder, in float32, with at most 20 GB}
   *
   * @param directory the folder, which training creates if it does not exist
   */
  public static FeatureCache at(Path directory) {
    return new FeatureCache(
        Optional.of(checkNotNull(directory, "directory must not be null")),
        Precision.FLOAT32,
        TWENTY_GIGABYTES);
  }

  /** {@return a copy that stores half precision} */
  public FeatureCache float16() {
    return new FeatureCache(directory, Precision.FLOAT16, maxBytes);
  }

  /**
   * {@return a copy with another size limit}
   *
   * @param value the largest size of the folder in bytes, over 0
   * @throws IllegalArgumentException if the value is not over 0
   */
  public FeatureCache maxBytes(long value) {
    return new FeatureCache(directory, precision, value);
  }
}
