package dev.finetune.data;

import dev.finetune.image.ColourRule;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.util.Optional;

/**
 * A function that decodes the image of an item, such as a database row. Must be safe for use from
 * several threads, and return the same image each time.
 *
 * @param <T> the type of the items
 */
@FunctionalInterface
public interface ImageLoader<T> {

  /**
   * Decodes the image of an item at its original size.
   *
   * @param item the item
   * @return the image
   * @throws IOException if the image cannot be read
   */
  Pixels load(T item) throws IOException;

  /** {@return how the colours are read from files; empty if it is not known} */
  default Optional<ColourRule> colours() {
    return Optional.empty();
  }

  /**
   * {@return a loader of the same images that reads colours by a rule}
   *
   * @param rule the rule
   * @throws IllegalArgumentException if this loader reads by another rule, or by one that is not
   *     known, and cannot change it
   */
  default ImageLoader<T> withColours(ColourRule rule) {
    ReadColours.requireSame(rule, colours());
    return this;
  }
}
