package dev.finetune.zoo.weights;

import dev.finetune.zoo.internal.tensors.TensorSource;
import java.io.IOException;
import java.util.Optional;

/**
 * How the names of a file's tensors are understood.
 *
 * @param names maps them to those of the definition
 * @param prefix what the names begin with; empty to find it
 */
record TensorChoice(TensorNames names, Optional<Prefix> prefix) {

  static TensorChoice of(TensorNames names) {
    // An application that maps the names knows where the network is.
    return new TensorChoice(
        names, names == TensorNames.UNCHANGED ? Optional.empty() : Optional.of(Prefix.of("")));
  }

  static TensorChoice of(Prefix prefix) {
    return new TensorChoice(TensorNames.UNCHANGED, Optional.of(prefix));
  }

  TensorSource of(TensorSource source) throws IOException {
    return names == TensorNames.UNCHANGED ? source : RenamedTensors.of(source, names);
  }
}
