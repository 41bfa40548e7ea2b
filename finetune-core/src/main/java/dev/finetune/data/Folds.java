package dev.finetune.data;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkElementIndex;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The folds of a cross-validation: every image is in exactly one fold, and each fold serves once
 * for validation while the others serve for training. Immutable.
 *
 * <p>The classes are spread evenly: if no group has images of several classes, the numbers of
 * images of a class in two folds differ by at most the size of the largest group of that class.
 * Groups are placed in the order of their size, each in the fold that has the fewest images of its
 * classes, relative to the size of the classes; among equal folds, in the one with the fewest
 * images. No fold is empty.
 *
 * <p>The same images, groups and seed give the same folds on every machine, whatever the order of
 * the images.
 */
public final class Folds {

  private final ImageDataset data;
  private final UnaryOperator<String> groupOf;
  private final int count;
  private final int[] foldOf;

  private Folds(ImageDataset data, UnaryOperator<String> groupOf, int count, int[] foldOf) {
    this.data = data;
    this.groupOf = groupOf;
    this.count = count;
    this.foldOf = foldOf;
  }

  /**
   * Divides images that are independent of each other. Images with the same name count as one and
   * stay in one fold.
   *
   * @param data the images; their labels and names are read at once
   * @param k the number of folds, at least 2
   * @param seed the seed of the random choice among images
   * @return the folds
   * @throws IllegalArgumentException if {@code k} is less than 2 or more than the number of
   *     different names
   * @throws DatasetException if a label is not an index into the classes; lists all such images
   */
  public static Folds of(ImageDataset data, int k, long seed) {
    return of(data, name -> name, k, seed, "images with different names");
  }

  /**
   * Divides images and keeps the images of a group in one fold. A group is a set of images that
   * look alike for reasons other than their class, such as the frames of one film or the
   * photographs of one patient. If they were in several folds, the network would be validated on
   * images that it has almost seen in training.
   *
   * @param data the images; their labels and names are read at once
   * @param groupOf maps the name of an image to its group, which may have images of several classes
   * @param k the number of folds, at least 2
   * @param seed the seed of the random choice among groups of the same size
   * @return the folds
   * @throws IllegalArgumentException if {@code k} is less than 2 or more than the number of groups
   * @throws DatasetException if a label is not an index into the classes; lists all such images
   */
  public static Folds of(ImageDataset data, Function<String, String> groupOf, int k, long seed) {
    return of(data, groupOf, k, seed, "groups");
  }

  private static Folds of(
      ImageDataset data, Function<String, String> groupOf, int k, long seed, String what) {
    checkArgument(k >= 2, "k must be >= 2, got %s", k);
    int[] labels = Labels.of(data).get(0);
    Map<String, List<Integer>> groups = new TreeMap<>();
    for (int i = 0; i < labels.length; i++) {
      groups.computeIfAbsent(groupOf.apply(data.name(i)), g -> new ArrayList<>()).add(i);
    }
    checkArgument(
        k <= groups.size(),
        "k must be at most the number of %s (%s), got %s",
        what,
        groups.size(),
        k);
    return new Folds(
        data, groupOf::apply, k, assign(List.copyOf(groups.values()), labels, k, seed));
  }

  /** Returns the fold of each image. */
  private static int[] assign(List<List<Integer>> groups, int[] labels, int k, long seed) {
    int classes = IntStream.of(labels).max().orElse(0) + 1;
    int[] totals = new int[classes];
    IntStream.of(labels).forEach(label -> totals[label]++);
    int[][] counts = new int[k][classes];
    int[] sizes = new int[k];
    int[] foldOf = new int[labels.length];
    List<List<Integer>> largestFirst =
        IntStream.of(Shuffle.permutation(groups.size(), seed))
            .mapToObj(groups::get)
            .sorted(Comparator.<List<Integer>>comparingInt(List::size).reversed())
            .toList();
    for (List<Integer> group : largestFirst) {
      int best = 0;
      double bestCrowd = Double.POSITIVE_INFINITY;
      for (int fold = 0; fold < k; fold++) {
        double crowd = 0;
        for (int i : group) {
          crowd += (double) counts[fold][labels[i]] / totals[labels[i]];
        }
        if (crowd < bestCrowd || (crowd == bestCrowd && sizes[fold] < sizes[best])) {
          best = fold;
          bestCrowd = crowd;
        }
      }
      for (int i : group) {
        foldOf[i] = best;
        counts[best][labels[i]]++;
      }
      sizes[best] += group.size();
    }
    return foldOf;
  }

  /** {@return all images} */
  public ImageDataset data() {
    return data;
  }

  /** {@return the function from the name of an image to its group} */
  public UnaryOperator<String> groupOf() {
    return groupOf;
  }

  /** {@return the number of folds} */
  public int count() {
    return count;
  }

  /**
   * {@return the images of all folds but one, in the order of the dataset}
   *
   * @param fold the fold to leave out, from 0 to {@code count() - 1}
   * @throws IndexOutOfBoundsException if there is no such fold
   */
  public ImageDataset train(int fold) {
    checkElementIndex(fold, count, "fold");
    return data.select(IntStream.range(0, foldOf.length).filter(i -> foldOf[i] != fold).toArray());
  }

  /**
   * {@return the images of a fold, in the order of the dataset}
   *
   * @param fold the fold, from 0 to {@code count() - 1}
   * @throws IndexOutOfBoundsException if there is no such fold
   */
  public ImageDataset valid(int fold) {
    checkElementIndex(fold, count, "fold");
    return data.select(IntStream.range(0, foldOf.length).filter(i -> foldOf[i] == fold).toArray());
  }

  /**
   * {@return the fold of an image, from 0 to {@code count() - 1}}
   *
   * @param image the index of the image in the dataset
   * @throws IndexOutOfBoundsException if there is no image at the index
   */
  public int foldOf(int image) {
    return foldOf[checkElementIndex(image, foldOf.length, "image")];
  }

  /** {@return the fold of each image, in the order of the dataset} */
  public int[] foldOf() {
    return foldOf.clone();
  }
}
