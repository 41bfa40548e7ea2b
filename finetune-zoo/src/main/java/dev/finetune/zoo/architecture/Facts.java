package dev.finetune.zoo.architecture;

import com.google.common.collect.ImmutableMap;
import dev.finetune.image.Preprocessing;
import java.util.List;

/**
 * What is to be known of a network besides its layers.
 *
 * @param name on the command line and in reports
 * @param size side of the square images it was trained on
 * @param definitions whose definitions of it there are, the usual one first, and what each wants
 *     done to its images
 * @param sources published weights that can be verified, the preferred ones first
 * @param licence that the published weights are under
 */
public record Facts(
    String name,
    int size,
    ImmutableMap<Dialect, Preprocessing> definitions,
    List<WeightSource> sources,
    String licence) {

  public Facts {
    sources = List.copyOf(sources);
  }

  /** Keras' definition alone. */
  static ImmutableMap<Dialect, Preprocessing> keras(Preprocessing preprocessing) {
    return ImmutableMap.of(Dialect.KERAS, preprocessing);
  }

  /** The definitions of torchvision and timm, which preprocess alike. */
  static ImmutableMap<Dialect, Preprocessing> torch() {
    return ImmutableMap.of(
        Dialect.TORCHVISION, Preprocessing.TORCH, Dialect.TIMM, Preprocessing.TORCH);
  }

  /** The definitions of all three. */
  static ImmutableMap<Dialect, Preprocessing> all(Preprocessing ofKeras) {
    return ImmutableMap.<Dialect, Preprocessing>builder()
        .put(Dialect.KERAS, ofKeras)
        .putAll(torch())
        .buildOrThrow();
  }
}
