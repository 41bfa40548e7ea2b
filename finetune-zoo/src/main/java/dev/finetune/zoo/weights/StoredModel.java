package dev.finetune.zoo.weights;

import java.util.List;

/**
 * A model in a Keras file.
 *
 * @param byClass whether its layers are named after their classes, as in Keras 3's files, rather
 *     than by their own names
 * @param layers the layers with tensors
 * @param listed the names of all layers, including those without tensors; empty if the file does
 *     not list them
 */
record StoredModel(boolean byClass, List<StoredLayer> layers, List<String> listed) {

  StoredModel {
    layers = List.copyOf(layers);
    listed = List.copyOf(listed);
  }

  /**
   * Returns the number of layers that normalise images, by the names that Keras derives from their
   * classes.
   */
  long normalisations() {
    return listed.stream()
        .filter(name -> name.matches("(.*_)?(rescaling|normalization)(_\\d+)?"))
        .filter(name -> !name.matches("(.*_)?(batch|layer)_normalization(_\\d+)?"))
        .count();
  }
}
