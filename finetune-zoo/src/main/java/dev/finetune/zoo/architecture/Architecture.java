package dev.finetune.zoo.architecture;

import com.google.common.collect.ImmutableList;
import dev.finetune.annotation.Experimental;
import dev.finetune.image.Preprocessing;
import java.util.List;

/**
 * A network of the zoo, as data. Applications implement it to add their own; see {@code
 * dev.finetune.zoo.Zoo#of}.
 */
@Experimental
public interface Architecture {

  /** {@return the facts about the network besides its layers} */
  Facts facts();

  /**
   * Defines the network in a form.
   *
   * @param form the form, in one of this network's dialects
   * @return the layers, named and ordered as in Keras, with the tensor names of the dialect
   * @throws IllegalArgumentException if the images are too small for the network
   */
  Definition define(Form form);

  /** {@return the name on the command line and in reports} */
  default String name() {
    return facts().name();
  }

  /**
   * {@return the height and width in pixels of the images that the published weights were trained
   * on}
   */
  default int defaultSize() {
    return facts().size();
  }

  /** {@return the dialects in which the network is defined, the default first} */
  default ImmutableList<Dialect> dialects() {
    return facts().definitions().keySet().asList();
  }

  /**
   * Returns the preprocessing of a dialect.
   *
   * @param dialect the definition of the network
   * @return the preprocessing that its usual weights were trained with
   * @throws IllegalArgumentException if the network has no definition in that dialect
   */
  default Preprocessing preprocessing(Dialect dialect) {
    Preprocessing found = facts().definitions().get(dialect);
    if (found == null) {
      throw new IllegalArgumentException(
          "dialect must be one of " + dialects() + " for " + name() + ", got " + dialect);
    }
    return found;
  }

  /**
   * {@return whether the published classifier averages the last feature maps; otherwise it flattens
   * them, as VGG does}
   */
  default boolean pooled() {
    return true;
  }

  /**
   * {@return the usual widths of the network, the default first; empty if it has only one} The
   * numbers of channels are those of the default network times the width, rounded.
   */
  default List<Double> widths() {
    return List.of();
  }

  /** {@return the width of this network, 1 by default} */
  default double width() {
    return 1;
  }

  /**
   * Returns the network with another width. By default a network has only one.
   *
   * @param width the factor of the numbers of channels; other values than the {@link #widths} are
   *     possible
   * @return the network
   * @throws IllegalArgumentException if the network has only one width, or it is outside its range
   */
  default Architecture withWidth(double width) {
    throw new IllegalArgumentException(
        name() + " must have no width, because it has only one, got " + width);
  }

  /** {@return the published weights with a known hash, the preferred ones first} */
  default List<WeightSource> sources() {
    return facts().sources();
  }
}
