package dev.finetune.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Labels and class names, checked before they are used as indices. */
public final class Labels {

  private Labels() {}

  /**
   * Reads the labels of all the datasets.
   *
   * @return the labels of each dataset, by image
   * @throws DatasetException one that lists every image of every dataset whose label is not an
   *     index into {@link ImageDataset#classNames()}, or fails to be told
   */
  public static List<int[]> of(ImageDataset... datasets) {
    Problems problems = new Problems();
    List<int[]> all = Arrays.stream(datasets).map(data -> read(data, problems)).toList();
    problems.throwIfAny("Every label is an index into the classes of its dataset");
    return all;
  }

  private static int[] read(ImageDataset data, Problems problems) {
    List<String> classNames = data.classNames();
    int[] labels = new int[data.size()];
    for (int i = 0; i < labels.length; i++) {
      try {
        labels[i] = data.label(i);
      } catch (RuntimeException e) {
        problems.add(Problems.failed(data, i, "label", e), e);
        continue;
      }
      if (labels[i] < 0 || labels[i] >= classNames.size()) {
        problems.add(
            Problems.nameOf(data, i)
                + ": label "
                + labels[i]
                + ", and the "
                + classNames.size()
                + " classes have the labels 0 to "
                + (classNames.size() - 1)
                + ": "
                + classNames);
      }
    }
    return labels;
  }

  /**
   * Checks that a classifier can tell these classes apart.
   *
   * @throws IllegalArgumentException if there are fewer than two, or a name comes twice
   */
  public static void requireClassNames(List<String> classNames) {
    if (classNames.size() < 2) {
      throw new IllegalArgumentException(
          "A classifier has at least 2 classes, got " + classNames.size() + ": " + classNames);
    }
    requireDistinct(classNames);
  }

  /**
   * Checks that a name tells the class.
   *
   * @throws IllegalArgumentException if a name comes twice; the message lists these
   */
  public static void requireDistinct(List<String> classNames) {
    Set<String> seen = new HashSet<>();
    List<String> twice = classNames.stream().filter(name -> !seen.add(name)).distinct().toList();
    if (!twice.isEmpty()) {
      throw new IllegalArgumentException(
          "The names of classes are distinct, got more than once: " + twice);
    }
  }

  /**
   * Checks that there is something to learn each class from.
   *
   * @param labels of the images, each an index into the classes
   * @throws DatasetException one that lists every class that no image is of
   */
  public static void requireEveryClass(List<String> classNames, int[] labels) {
    boolean[] present = new boolean[classNames.size()];
    for (int label : labels) {
      present[label] = true;
    }
    List<String> absent = new ArrayList<>();
    IntStream.range(0, present.length)
        .filter(label -> !present[label])
        .forEach(
            label ->
                absent.add(
                    classNames.get(label)
                        + ": none of the "
                        + labels.length
                        + " training images is of this class"));
    if (!absent.isEmpty()) {
      throw new DatasetException("Every class has an image to train on", absent);
    }
  }
}
