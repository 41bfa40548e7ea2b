package dev.finetune.zoo.architecture;

import com.google.common.collect.ImmutableList;
import dev.finetune.image.Preprocessing;
import java.util.List;

/** A network of the zoo, as data. */
public interface Architecture {

  /** What is to be known of it besides its layers. */
  Facts facts();

  /**
   * Its layers, named as in Keras, in Keras' order.
   *
   * @param form of one of its dialects
   * @throws IllegalArgumentException if the images are too small for its windows
   */
  Definition define(Form form);

  /** Its name on the command line and in reports. */
  default String name() {
    return facts().name();
  }

  /** Side of the square images it was trained on. */
  default int defaultSize() {
    return facts().size();
  }

  /** Whose definitions of it there are; the first is the usual one. */
  default ImmutableList<Dialect> dialects() {
    return facts().definitions().keySet().asList();
  }

  /**
   * What that definition of it wants done to its images.
   *
   * @throws IllegalArgumentException if it is not defined there
   */
  default Preprocessing preprocessing(Dialect dialect) {
    Preprocessing found = facts().definitions().get(dialect);
    if (found == null) {
      throw new IllegalArgumentException(
          name() + " is defined by " + dialects() + ", got " + dialect);
    }
    return found;
  }

  /** Published weights that can be verified, the preferred ones first. */
  default List<WeightSource> sources() {
    return facts().sources();
  }
}
