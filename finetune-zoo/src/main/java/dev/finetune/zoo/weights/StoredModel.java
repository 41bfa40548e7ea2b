package dev.finetune.zoo.weights;

import java.util.List;

/**
 * A model in a Keras file.
 *
 * @param byClass whether its layers are named after their classes, as in Keras 3's files, and not
 *     by their own names
 * @param layers those that have tensors
 * @param listed the names of all its layers, also of those without tensors; empty where the file
 *     does not list them
 */
record StoredModel(boolean byClass, List<StoredLayer> layers, List<String> listed) {

  StoredModel {
    layers = List.copyOf(layers);
    listed = List.copyOf(listed);
  }

  /** How many layers normalise images, told by the names that Keras makes of their classes. */
  long normalisations() {
    return listed.stream()
        .filter(name -> name.matches("(.*_)?(rescaling|normalization)(_\\d+)?"))
        .filter(name -> !name.matches("(.*_)?(batch|layer)_normalization(_\\d+)?"))
        .count();
  }
}
