package dev.finetune.data;

import dev.finetune.image.ColourRule;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Images with any number of tags each, in a fixed order. Implementations are immutable and safe for
 * use from several threads.
 */
public interface TagDataset extends ImageSource {

  /**
   * {@return a dataset of items with an image each, such as the rows of a database} The tags are
   * those of the items, sorted.
   *
   * <pre>{@code
   * TagDataset.of(rows, Row::keywords, Row::key, row -> Images.read(row.file()));
   * }</pre>
   *
   * @param <T> the type of the items
   * @param items the items, in the order of the images
   * @param tags returns the names of an item's tags, which may be none; called once per item
   * @param name returns the name of an item's image for messages
   * @param loader decodes the image of an item
   * @throws DatasetException if the tags of an item are null; lists all such items
   */
  static <T> TagDataset of(
      List<T> items,
      Function<? super T, ? extends Collection<String>> tags,
      Function<? super T, String> name,
      ImageLoader<? super T> loader) {
    return Items.tags(items, tags, name, loader);
  }

  /**
   * {@return a dataset of items with an image each, with known tags, such as those of the training
   * images}
   *
   * @param <T> the type of the items
   * @param tagNames the names of all tags, distinct
   * @param items the items, in the order of the images
   * @param tags returns the names of an item's tags, which may be none; called once per item
   * @param name returns the name of an item's image for messages
   * @param loader decodes the image of an item
   * @throws DatasetException if a tag of an item is not one of {@code tagNames}; lists all such
   *     items
   * @throws IllegalArgumentException if a tag name is repeated
   */
  static <T> TagDataset of(
      List<String> tagNames,
      List<T> items,
      Function<? super T, ? extends Collection<String>> tags,
      Function<? super T, String> name,
      ImageLoader<? super T> loader) {
    return Items.tags(tagNames, items, tags, name, loader);
  }

  /** {@return the names of all tags} */
  List<String> tagNames();

  /**
   * {@return whether an image has each tag, in the order of {@link #tagNames}}
   *
   * @param index the index of the image
   */
  boolean[] tags(int index);

  /**
   * {@return the names of the tags that an image has, in the order of {@link #tagNames}}
   *
   * @param index the index of the image
   */
  default Set<String> tagSet(int index) {
    boolean[] tags = tags(index);
    Set<String> names = new LinkedHashSet<>();
    for (int tag = 0; tag < tags.length; tag++) {
      if (tags[tag]) {
        names.add(tagNames().get(tag));
      }
    }
    return names;
  }

  /**
   * {@return a dataset of the same image files whose colours are read by a rule}
   *
   * @param rule the rule
   * @throws IllegalArgumentException if the images are not files that this library reads, and their
   *     rule is another or not known
   */
  default TagDataset withColours(ColourRule rule) {
    ReadColours.requireSame(rule, colours());
    return this;
  }

  /**
   * {@return a dataset with the images at some indices, in that order}
   *
   * @param indices the indices of the images, which may repeat
   * @throws IndexOutOfBoundsException if there is no image at an index
   */
  default TagDataset select(int... indices) {
    return new Selection.Tagged(this, indices);
  }

  /**
   * {@return a dataset with the first {@code count} images after a seeded shuffle, or with all
   * images if there are fewer}
   *
   * @param count the number of images, at least 0
   * @param seed the seed of the shuffle
   * @throws IllegalArgumentException if {@code count} is negative
   */
  default TagDataset sample(int count, long seed) {
    return select(Shuffle.first(count, size(), seed));
  }

  /**
   * {@return a dataset with all images in a random order}
   *
   * @param seed the seed of the order
   */
  default TagDataset shuffle(long seed) {
    return select(Shuffle.permutation(size(), seed));
  }
}
