package dev.finetune.zoo.internal.tensors;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.finetune.weights.Tensor;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;

/**
 * An opened file of named tensors. Opening reads names, types and shapes; memory for values is
 * allocated only for the tensors that are asked for.
 */
public interface TensorSource {

  /** Returns the file's name in messages. */
  String file();

  /**
   * Returns the tensors by name, in the order of the file. A tensor in nested dictionaries has the
   * keys of all of them in its name, such as {@code state_dict.conv1.weight}.
   */
  ImmutableMap<String, TensorInfo> tensors();

  /** Returns the classes of the objects that were passed over because they are no tensors. */
  default ImmutableSet<String> foreign() {
    return ImmutableSet.of();
  }

  /**
   * Reads the values of tensors of floating-point numbers.
   *
   * @param names names of {@link #tensors}
   * @return the tensors by name
   * @throws dev.finetune.data.UnreadableFileException if the values are not where the file says, or
   *     are not of a type of floating-point numbers
   * @throws IOException if the file cannot be read
   */
  Map<String, Tensor> read(Collection<String> names) throws IOException;
}
