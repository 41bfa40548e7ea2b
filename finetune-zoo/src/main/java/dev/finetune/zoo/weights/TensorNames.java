package dev.finetune.zoo.weights;

import java.util.Optional;

/**
 * Says what the tensors of a file are called in the names of torchvision or timm: for a file whose
 * names are an application's own.
 *
 * <pre>{@code
 * TensorNames.withoutPrefix("backbone.")
 * }</pre>
 */
@FunctionalInterface
public interface TensorNames {

  /** The names of the file as they are. */
  TensorNames UNCHANGED = Optional::of;

  /**
   * Returns the name of a tensor in the definition's names. A name that the definition does not
   * have makes the file an error that lists it.
   *
   * @param name in the file
   * @return empty for a tensor that is to be passed over
   */
  Optional<String> nameOf(String name);

  /** Returns names that have that prefix in the file; tensors without it are passed over. */
  static TensorNames withoutPrefix(String prefix) {
    return name ->
        name.startsWith(prefix) ? Optional.of(name.substring(prefix.length())) : Optional.empty();
  }
}
