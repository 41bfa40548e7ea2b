package dev.finetune.zoo.architecture;

import dev.finetune.image.Preprocessing;
import java.util.List;

/** A network of the zoo, as data. */
public interface Architecture {

  /** Its name on the command line and in reports. */
  String name();

  /** Side of the square images it was trained on. */
  int defaultSize();

  /** Whose definitions of it there are; the first is the usual one. */
  List<Dialect> dialects();

  /**
   * Its layers, named as in Keras, in Keras' order.
   *
   * @param form of one of its dialects
   * @throws IllegalArgumentException if the images are too small for its windows
   */
  Network network(Form form);

  /** What that definition of it wants done to its images. */
  Preprocessing preprocessing(Dialect dialect);

  /** Published weights that can be verified, the preferred ones first. */
  List<WeightSource> sources();

  /** The licence that the published weights are under. */
  String licence();
}
