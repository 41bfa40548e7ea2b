package dev.finetune.graph.layer;

import java.util.List;
import java.util.Map;

/**
 * One of the basic layers that compute a layer; see {@link Layer#parts}.
 *
 * @param suffix what its name has behind the layer's: nothing for the last part, {@code /depthwise}
 *     for instance for another one
 * @param layer what it does
 * @param own for a tensor of the part the role of the layer's own tensor that has the same values,
 *     in the same order; the shapes may differ
 * @param constants for a tensor of the part the values that it always has; it is not trained
 */
public record Part(
    String suffix,
    BasicLayer layer,
    Map<ParameterRole, ParameterRole> own,
    Map<ParameterRole, List<Double>> constants) {

  public Part {
    own = Map.copyOf(own);
    constants = Map.copyOf(constants);
  }

  /** Returns the name of this part of the layer of that name. */
  public String name(String layerName) {
    return layerName + suffix;
  }
}
