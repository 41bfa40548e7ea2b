package dev.finetune.data;

import dev.finetune.image.ColourRule;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.util.Optional;

/**
 * Images in a fixed order, without labels. Implementations are immutable and safe for use from
 * several threads.
 */
public interface ImageSource {

  /** {@return the number of images} */
  int size();

  /**
   * {@return the name of an image for messages, such as a file name}
   *
   * @param index the index of the image
   */
  String name(int index);

  /**
   * Decodes an image at its original size.
   *
   * @param index the index of the image
   * @return the image
   * @throws IOException if the image cannot be read; the message names the image and the reason
   */
  Pixels load(int index) throws IOException;

  /**
   * {@return how the colours of the images are read from files; empty if it is not known, as for
   * images that are not files} A model is trained and evaluated with images of one rule.
   */
  default Optional<ColourRule> colours() {
    return Optional.empty();
  }

  /**
   * Decodes every image once.
   *
   * @throws DatasetException if an image cannot be read or has a value that is not finite; lists
   *     all such images
   */
  default void verify() {
    DatasetCheck.verify(this);
  }
}
