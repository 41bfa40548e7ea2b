package dev.finetune.zoo.internal.keras;

import java.util.List;

/**
 * A model in a Keras file.
 *
 * @param path the names of the nested models that lead to it, joined by slashes; empty for the
 *     whole model
 * @param group the same with the names of their groups, which Keras 3 derives from classes
 * @param byClass whether its layers are named after their classes, as in Keras 3's files, rather
 *     than by their own names
 * @param layers the layers with tensors
 * @param listed the names of all layers, including those without tensors, like those of {@code
 *     layers}; empty if the file does not list them
 * @param own the layers' own names, including those of layers without tensors, as far as the file
 *     contains them
 */
public record StoredModel(
    String path,
    String group,
    boolean byClass,
    List<StoredLayer> layers,
    List<String> listed,
    List<String> own) {

  /** Creates a model. */
  public StoredModel {
    layers = List.copyOf(layers);
    listed = List.copyOf(listed);
    own = List.copyOf(own);
  }

  /** Creates a whole model. */
  public static StoredModel whole(boolean byClass, List<StoredLayer> layers, List<String> listed) {
    return new StoredModel("", "", byClass, layers, listed, byClass ? List.of() : listed);
  }

  /** Returns whether a prefix names this model: its path, the end of it, or its group. */
  public boolean named(String prefix) {
    String name = prefix.replaceAll("^[/.]+|[/.]+$", "");
    return path.equals(name) || path.endsWith("/" + name) || group.equals(name);
  }

  /** Returns its name in messages. */
  public String label() {
    return path.isEmpty() ? "the whole model" : path;
  }

  /**
   * Returns the number of layers that normalise images, by the names that Keras derives from their
   * classes.
   */
  public long normalisations() {
    return listed.stream()
        .filter(name -> name.matches("(.*_)?(rescaling|normalization)(_\\d+)?"))
        .filter(name -> !name.matches("(.*_)?(batch|layer)_normalization(_\\d+)?"))
        .count();
  }
}
