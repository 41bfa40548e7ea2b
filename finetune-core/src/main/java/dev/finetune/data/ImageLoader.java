package dev.finetune.data;

import dev.finetune.image.Pixels;
import java.io.IOException;

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
}
