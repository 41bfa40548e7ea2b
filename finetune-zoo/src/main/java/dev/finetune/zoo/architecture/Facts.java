package dev.finetune.zoo.architecture;

import com.google.common.collect.ImmutableMap;
import dev.finetune.annotation.Experimental;
import dev.finetune.image.Preprocessing;
import java.util.List;

/**
 * The facts about a network besides its layers.
 *
 * @param name the name on the command line and in reports
 * @param size the height and width in pixels of the images that the published weights were trained
 *     on
 * @param definitions the dialects in which the network is defined, the default first, with the
 *     preprocessing that their usual weights were trained with
 * @param sources the published weights with a known hash, the preferred ones first
 * @param licence the licence of the published weights
 */
@Experimental
public record Facts(
    String name,
    int size,
    ImmutableMap<Dialect, Preprocessing> definitions,
    List<WeightSource> sources,
    String licence) {

  /**
   * Creates facts.
   *
   * @param name the name on the command line and in reports
   * @param size the height and width in pixels of the images that the published weights were
   *     trained on
   * @param definitions the dialects in which the network is defined, the default first, with their
   *     preprocessing
   * @param sources the published weights with a known hash, the preferred ones first; copied
   * @param licence the licence of the published weights
   */
  public Facts {
    sources = List.copyOf(sources);
  }

  /** Returns the definition of Keras alone. */
  static ImmutableMap<Dialect, Preprocessing> keras(Preprocessing preprocessing) {
    return ImmutableMap.of(Dialect.KERAS, preprocessing);
  }

  /** Returns the definitions of torchvision and timm, which share a preprocessing. */
  static ImmutableMap<Dialect, Preprocessing> torch() {
    return ImmutableMap.of(
        Dialect.TORCHVISION, Preprocessing.TORCH, Dialect.TIMM, Preprocessing.TORCH);
  }

  /** Returns the definitions of Keras, torchvision and timm. */
  static ImmutableMap<Dialect, Preprocessing> all(Preprocessing ofKeras) {
    return ImmutableMap.<Dialect, Preprocessing>builder()
        .put(Dialect.KERAS, ofKeras)
        .putAll(torch())
        .buildOrThrow();
  }
}
