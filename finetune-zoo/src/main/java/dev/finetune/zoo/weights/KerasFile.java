package dev.finetune.zoo.weights;

import dev.finetune.weights.Tensor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The content of a Keras file.
 *
 * @param models the whole model, then the models nested in it
 * @param config the configuration of the whole model in JSON; empty for a file of weights alone
 */
record KerasFile(List<StoredModel> models, String config) {

  KerasFile {
    models = List.copyOf(models);
  }

  KerasFile withConfig(String other) {
    return new KerasFile(models, other);
  }

  /**
   * Checks that all values are finite.
   *
   * @throws IOException if a value is not finite
   */
  KerasFile requireFinite(String source) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (StoredModel model : models) {
      for (StoredLayer layer : model.layers()) {
        layer.tensors().forEach(t -> tensors.put(label(layer, t), t.tensor()));
      }
    }
    FiniteValues.require(source, tensors);
    return this;
  }

  private static String label(StoredLayer layer, StoredLayer.Stored tensor) {
    return tensor.name().contains("/") ? tensor.name() : layer.label() + "/" + tensor.name();
  }
}
