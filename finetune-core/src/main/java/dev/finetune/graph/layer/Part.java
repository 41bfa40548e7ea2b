package dev.finetune.graph.layer;

import java.util.List;
import java.util.Map;

/**
 * A basic layer that computes a layer or a part of it; see {@link Layer#parts}.
 *
 * @param suffix the suffix that its name has after the name of the layer: empty for the last part,
 *     {@code /depthwise} for example for another part
 * @param layer the basic layer
 * @param own the tensors of the part that have the values of a tensor of the layer, in the same
 *     order: from the role in the part to the role in the layer. The shapes may differ.
 * @param constants the tensors of the part that have constant values and are not trained: from the
 *     role in the part to the values
 */
public record Part(
    String suffix,
    BasicLayer layer,
    Map<ParameterRole, ParameterRole> own,
    Map<ParameterRole, List<Double>> constants) {

  /**
   * Creates a part.
   *
   * @param suffix empty for the last part
   * @param layer the basic layer
   * @param own copied
   * @param constants copied
   */
  public Part {
    own = Map.copyOf(own);
    constants = Map.copyOf(constants);
  }

  /**
   * Returns the name of this part.
   *
   * @param layerName the name of the layer
   * @return the name of the layer followed by the suffix
   */
  public String name(String layerName) {
    return layerName + suffix;
  }
}
