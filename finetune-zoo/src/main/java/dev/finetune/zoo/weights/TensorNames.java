package dev.finetune.zoo.weights;

import dev.finetune.annotation.Experimental;
import java.util.Optional;

/**
 * A mapping from the tensor names of a file to those of torchvision or timm, for a file with an
 * application's own names.
 *
 * <pre>{@code
 * TensorNames.withoutPrefix("backbone.")
 * }</pre>
 */
@Experimental
@FunctionalInterface
public interface TensorNames {

  /** The names of the file, unchanged. */
  TensorNames UNCHANGED = Optional::of;

  /**
   * Returns the name of a tensor in the definition. A name that the definition does not have is an
   * error when the file is read.
   *
   * @param name the name in the file
   * @return the name in the definition, or empty to skip the tensor
   */
  Optional<String> nameOf(String name);

  /**
   * Returns a mapping that removes a prefix. Tensors without it are skipped.
   *
   * @param prefix the prefix of the names in the file, such as {@code "backbone."}
   * @return the mapping
   */
  static TensorNames withoutPrefix(String prefix) {
    return name ->
        name.startsWith(prefix) ? Optional.of(name.substring(prefix.length())) : Optional.empty();
  }
}
