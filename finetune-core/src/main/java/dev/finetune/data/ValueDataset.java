package dev.finetune.data;

import dev.finetune.image.ColourRule;
import java.util.List;
import java.util.function.Function;

/**
 * Images with one or more numbers each, such as an angle or a width, in a fixed order.
 * Implementations are immutable and safe for use from several threads.
 */
public interface ValueDataset extends ImageSource {

  /**
   * {@return a dataset of items with an image each, such as the rows of a database}
   *
   * <pre>{@code
   * ValueDataset.of(
   *     List.of("width", "height"),
   *     rows,
   *     row -> new double[] {row.width(), row.height()},
   *     Row::key,
   *     row -> Images.read(row.file()));
   * }</pre>
   *
   * @param <T> the type of the items
   * @param valueNames the names of the values, distinct
   * @param items the items, in the order of the images
   * @param values returns the values of an item in the order of their names; called once per item
   * @param name returns the name of an item's image for messages
   * @param loader decodes the image of an item
   * @throws DatasetException if an item does not have one finite number per name; lists all such
   *     items
   * @throws IllegalArgumentException if a name is repeated
   */
  static <T> ValueDataset of(
      List<String> valueNames,
      List<T> items,
      Function<? super T, double[]> values,
      Function<? super T, String> name,
      ImageLoader<? super T> loader) {
    return Items.values(valueNames, items, values, name, loader);
  }

  /** {@return the names of the values} */
  List<String> valueNames();

  /**
   * {@return the values of an image, in the order of {@link #valueNames}, each finite}
   *
   * @param index the index of the image
   */
  double[] values(int index);

  /**
   * {@return a dataset of the same image files whose colours are read by a rule}
   *
   * @param rule the rule
   * @throws IllegalArgumentException if the images are not files that this library reads, and their
   *     rule is another or not known
   */
  default ValueDataset withColours(ColourRule rule) {
    ReadColours.requireSame(rule, colours());
    return this;
  }

  /**
   * {@return a dataset with the images at some indices, in that order}
   *
   * @param indices the indices of the images, which may repeat
   * @throws IndexOutOfBoundsException if there is no image at an index
   */
  default ValueDataset select(int... indices) {
    return new Selection.Valued(this, indices);
  }

  /**
   * {@return a dataset with the first {@code count} images after a seeded shuffle, or with all
   * images if there are fewer}
   *
   * @param count the number of images, at least 0
   * @param seed the seed of the shuffle
   * @throws IllegalArgumentException if {@code count} is negative
   */
  default ValueDataset sample(int count, long seed) {
    return select(Shuffle.first(count, size(), seed));
  }

  /**
   * {@return a dataset with all images in a random order}
   *
   * @param seed the seed of the order
   */
  default ValueDataset shuffle(long seed) {
    return select(Shuffle.permutation(size(), seed));
  }
}
