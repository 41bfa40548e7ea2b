package dev.finetune.data;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Checks of labels and class names before they are used. */
public final class Labels {

  private Labels() {}

  /**
   * {@return the names of a dataset's classes}
   *
   * @param data the dataset
   * @throws DatasetException if it throws, or returns null or a null name
   */
  public static List<String> namesOf(ImageDataset data) {
    return Names.of(data, "classNames", data::classNames);
  }

  /**
   * Reads and checks the labels of all datasets.
   *
   * @param datasets the datasets to read
   * @return for each dataset, its labels in the order of the images
   * @throws DatasetException if a label is not an index into {@link ImageDataset#classNames()} or
   *     cannot be read; lists all such images
   */
  public static List<int[]> of(ImageDataset... datasets) {
    Problems problems = new Problems();
    List<int[]> all = Arrays.stream(datasets).map(data -> read(data, problems)).toList();
    problems.throwIfAny("Every label must be an index into the classes of its dataset");
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
                + ": the label must be from 0 to "
                + (classNames.size() - 1)
                + " for the classes "
                + classNames
                + ", got "
                + labels[i]);
      }
    }
    return labels;
  }

  /**
   * Checks that class names are enough for a classifier.
   *
   * @param classNames the names of the classes
   * @throws IllegalArgumentException if there are fewer than two, or a name is repeated
   */
  public static void requireClassNames(List<String> classNames) {
    if (classNames.size() < 2) {
      throw new IllegalArgumentException(
          "A classifier must have at least 2 classes, got "
              + classNames.size()
              + ": "
              + classNames);
    }
    requireDistinct(classNames);
  }

  /**
   * Checks that class names are distinct.
   *
   * @param classNames the names of the classes
   * @throws IllegalArgumentException if a name is repeated; lists all such names
   */
  public static void requireDistinct(List<String> classNames) {
    Names.requireDistinct("Class", classNames);
  }

  /**
   * {@return a sentence for a message about two lists of names: which of them look equal and differ
   * only in Unicode normalisation; empty if none do} File systems and tools write a letter such as
   * {@code ö} as one character (NFC) or as a letter and an accent (NFD).
   *
   * @param expected the names that are expected
   * @param got the names that came
   */
  public static String lookAlike(List<String> expected, List<String> got) {
    Set<String> composed =
        expected.stream()
            .filter(name -> !got.contains(name))
            .map(Labels::composed)
            .collect(Collectors.toSet());
    List<String> alike =
        got.stream()
            .filter(name -> !expected.contains(name) && composed.contains(composed(name)))
            .toList();
    return alike.isEmpty()
        ? ""
        : ". In both are "
            + alike
            + ", which differ only in Unicode normalisation: one side has composed letters (NFC),"
            + " the other decomposed ones (NFD). Rename one of them";
  }

  private static String composed(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC);
  }

  /**
   * Checks that every class has a training image.
   *
   * @param classNames the names of the classes
   * @param labels the labels of the training images, each an index into the classes
   * @throws DatasetException if no image has a class; lists all such classes
   */
  public static void requireEveryClass(List<String> classNames, int[] labels) {
    requireEveryClass(classNames, labels, Set.of());
  }

  /**
   * Checks that every class has a training image, except some.
   *
   * @param classNames the names of the classes
   * @param labels the labels of the training images, each an index into the classes
   * @param except the names of classes that may have no image
   * @throws DatasetException if no image has a class that is not excepted; lists all such classes
   */
  public static void requireEveryClass(List<String> classNames, int[] labels, Set<String> except) {
    boolean[] present = new boolean[classNames.size()];
    for (int label : labels) {
      present[label] = true;
    }
    List<String> absent = new ArrayList<>();
    IntStream.range(0, present.length)
        .filter(label -> !present[label] && !except.contains(classNames.get(label)))
        .forEach(
            label ->
                absent.add(
                    classNames.get(label)
                        + ": none of the "
                        + labels.length
                        + " training images has this class"));
    if (!absent.isEmpty()) {
      throw new DatasetException("Every class must have a training image", absent);
    }
  }
}
