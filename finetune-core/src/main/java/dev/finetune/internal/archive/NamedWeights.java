package dev.finetune.internal.archive;

import com.google.common.base.Ascii;
import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.weights.safetensors.SafetensorsStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Converts weights to named tensors and back. A name consists of layer and role, such as {@code
 * block1_conv1/kernel}.
 */
public final class NamedWeights {

  private NamedWeights() {}

  /** Returns the name of a tensor. */
  public static String name(String layer, ParameterRole role) {
    return layer + "/" + Ascii.toLowerCase(role.name());
  }

  /** Returns all tensors, sorted by name. */
  public static Map<String, Tensor> of(Weights weights) {
    Map<String, Tensor> named = new TreeMap<>();
    for (String layer : weights.tensors().rowKeySet()) {
      weights.layer(layer).forEach((role, tensor) -> named.put(name(layer, role), tensor));
    }
    return named;
  }

  /**
   * Reads the weights of any layers.
   *
   * @param source the name of the entry, for messages
   * @throws IOException if a name does not end in a role
   */
  public static Weights read(String source, SafetensorsStream stream) throws IOException {
    Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create();
    for (Map.Entry<String, Tensor> named : stream.read().entrySet()) {
      String name = named.getKey();
      int slash = name.lastIndexOf('/');
      ParameterRole role =
          Stream.of(ParameterRole.values())
              .filter(r -> slash > 0 && name(name.substring(0, slash), r).equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new UnreadableFileException(
                          source, "", "tensor names must be LAYER/ROLE, got " + name));
      tensors.put(name.substring(0, slash), role, named.getValue());
    }
    return Weights.of(tensors);
  }
}
