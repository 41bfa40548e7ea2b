package dev.finetune.data;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkElementIndex;

import dev.finetune.image.ColourRule;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Labelled images in a fixed order. Implementations are immutable and safe for use from several
 * threads.
 */
public interface ImageDataset extends ImageSource {

  /**
   * {@return a dataset of items with an image each, such as the rows of a database} The classes are
   * those of the items, sorted.
   *
   * <pre>{@code
   * ImageDataset.of(rows, Row::species, Row::key, row -> Images.read(row.file()));
   * }</pre>
   *
   * @param <T> the type of the items
   * @param items the items, in the order of the images
   * @param className returns the name of an item's class; called once per item
   * @param name returns the name of an item's image for messages
   * @param loader decodes the image of an item
   * @throws DatasetException if an item has no class; lists all such items
   */
  static <T> ImageDataset of(
      List<T> items,
      Function<? super T, String> className,
      Function<? super T, String> name,
      ImageLoader<? super T> loader) {
    return Items.classes(items, className, name, loader);
  }

  /**
   * {@return a dataset of items with an image each, with known classes, such as those of the
   * training images}
   *
   * @param <T> the type of the items
   * @param classNames the names of the classes, distinct
   * @param items the items, in the order of the images
   * @param className returns the name of an item's class; called once per item
   * @param name returns the name of an item's image for messages
   * @param loader decodes the image of an item
   * @throws DatasetException if the class of an item is not one of {@code classNames}; lists all
   *     such items
   * @throws IllegalArgumentException if a class name is repeated
   */
  static <T> ImageDataset of(
      List<String> classNames,
      List<T> items,
      Function<? super T, String> className,
      Function<? super T, String> name,
      ImageLoader<? super T> loader) {
    return Items.classes(classNames, items, className, name, loader);
  }

  /** {@return the names of the classes; a label is an index into this list} */
  List<String> classNames();

  /**
   * {@return the label of an image, from 0 to {@code classNames().size() - 1}}
   *
   * @param index the index of the image
   */
  int label(int index);

  /**
   * {@return the label of an image as a vector with 1 at the class and 0 elsewhere}
   *
   * @param index the index of the image
   * @throws IndexOutOfBoundsException if the label is not an index into the classes
   */
  default float[] oneHot(int index) {
    float[] vector = new float[classNames().size()];
    vector[checkElementIndex(label(index), vector.length, "the label of " + name(index))] = 1;
    return vector;
  }

  /** {@return all labels in the order of the images} */
  default int[] labels() {
    return IntStream.range(0, size()).map(this::label).toArray();
  }

  /**
   * {@return a dataset of the same image files whose colours are read by a rule}
   *
   * @param rule the rule
   * @throws IllegalArgumentException if the images are not files that this library reads, and their
   *     rule is another or not known
   */
  default ImageDataset withColours(ColourRule rule) {
    ReadColours.requireSame(rule, colours());
    return this;
  }

  /**
   * {@return a dataset with the images at some indices, in that order}
   *
   * @param indices the indices of the images, which may repeat
   * @throws IndexOutOfBoundsException if there is no image at an index
   */
  default ImageDataset select(int... indices) {
    return new Selection.Classes(this, indices);
  }

  /**
   * {@return a dataset with the first {@code count} images after a seeded shuffle, or with all
   * images if there are fewer}
   *
   * @param count the number of images, at least 0
   * @param seed the seed of the shuffle
   * @throws IllegalArgumentException if {@code count} is negative
   */
  default ImageDataset sample(int count, long seed) {
    return select(Shuffle.first(count, size(), seed));
  }

  /**
   * {@return a dataset with all images in a random order}
   *
   * @param seed the seed of the order
   */
  default ImageDataset shuffle(long seed) {
    return select(Shuffle.permutation(size(), seed));
  }

  /**
   * {@return a dataset with up to {@code count} random images of each class, in the order of this
   * dataset} A class with fewer images keeps all of them.
   *
   * @param count the number of images per class, at least 1
   * @param seed the seed of the choice
   * @throws IllegalArgumentException if {@code count} is less than 1
   * @throws DatasetException if a label is not an index into the classes; lists all such images
   */
  default ImageDataset samplePerClass(int count, long seed) {
    checkArgument(count >= 1, "count must be >= 1, got %s", count);
    int[] labels = Labels.of(this).get(0);
    int[] chosen = new int[classNames().size()];
    return select(
        IntStream.of(Shuffle.permutation(labels.length, seed))
            .filter(index -> chosen[labels[index]]++ < count)
            .sorted()
            .toArray());
  }

  /**
   * {@return a dataset with the images of the given classes, which are matched by name} It has
   * exactly these classes in this order. Images of other classes are left out. A class that this
   * dataset does not have has no image. The labels are read at once.
   *
   * @param classNames the names of the classes
   * @throws IllegalArgumentException if a class name occurs twice, here or in this dataset
   * @throws DatasetException if a label is not an index into the classes; lists all such images
   */
  default ImageDataset ofClasses(List<String> classNames) {
    return Relabelled.of(this, classNames);
  }

  /**
   * {@return a dataset with the images of this one, followed by those of another} Classes are
   * matched by name. The classes are those of this dataset in its order, followed by those that
   * only the other has, in the order of the other. An image that is in both occurs twice. The
   * labels are read at once.
   *
   * @param other the images to add
   * @throws IllegalArgumentException if a dataset has two classes with the same name, or colours
   *     are read by different rules
   * @throws DatasetException if a label is not an index into the classes; lists all such images
   */
  default ImageDataset and(ImageDataset other) {
    return Union.of(this, other);
  }
}
