package dev.finetune.zoo.weights;

import dev.finetune.zoo.internal.tensors.TensorSource;
import java.io.IOException;
import java.util.Optional;

/**
 * How the names of a file's tensors are understood.
 *
 * @param names maps them to those of the definition; not used for Keras' formats
 * @param prefix what the names of the network begin with; empty to find it
 */
public record TensorChoice(TensorNames names, Optional<Prefix> prefix) {

  private static final TensorChoice FOUND =
      new TensorChoice(TensorNames.UNCHANGED, Optional.empty());

  /**
   * Returns the choice to find the network by its names, whatever they begin with.
   *
   * @return the choice
   */
  public static TensorChoice found() {
    return FOUND;
  }

  /**
   * Returns a choice of names.
   *
   * @param names maps the names to those of the definition
   * @return the choice
   */
  public static TensorChoice of(TensorNames names) {
    // An application that maps the names knows where the network is.
    return names == TensorNames.UNCHANGED
        ? FOUND
        : new TensorChoice(names, Optional.of(Prefix.of("")));
  }

  /**
   * Returns the choice of one of several networks in a file.
   *
   * @param prefix what its names begin with
   * @return the choice
   */
  public static TensorChoice of(Prefix prefix) {
    return new TensorChoice(TensorNames.UNCHANGED, Optional.of(prefix));
  }

  TensorSource of(TensorSource source) throws IOException {
    return names == TensorNames.UNCHANGED ? source : RenamedTensors.of(source, names);
  }

  /** Returns the name of a model nested in a Keras model; empty for the one that fits. */
  Prefix keras() {
    return prefix.orElse(Prefix.of(""));
  }
}
