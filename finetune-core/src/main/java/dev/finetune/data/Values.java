package dev.finetune.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks of values and their names before they are used. */
public final class Values {

  static final String RULE = "Every image must have a finite number for each value of its dataset";

  private Values() {}

  /**
   * {@return the names of a dataset's values}
   *
   * @param data the dataset
   * @throws DatasetException if it throws, or returns null or a null name
   */
  public static List<String> namesOf(ValueDataset data) {
    return Names.of(data, "valueNames", data::valueNames);
  }

  /**
   * Reads and checks the values of all datasets.
   *
   * @param datasets the datasets to read
   * @return for each dataset, the numbers by image and value
   * @throws DatasetException if an image does not have one finite number per value name, or its
   *     values cannot be read; lists all such images
   */
  public static List<double[][]> of(ValueDataset... datasets) {
    Problems problems = new Problems();
    List<double[][]> all = Arrays.stream(datasets).map(data -> read(data, problems)).toList();
    problems.throwIfAny(RULE);
    return all;
  }

  private static double[][] read(ValueDataset data, Problems problems) {
    double[][] values = new double[data.size()][];
    for (int i = 0; i < values.length; i++) {
      values[i] = new double[data.valueNames().size()];
      try {
        values[i] = checked(Problems.nameOf(data, i), data.valueNames(), data.values(i), problems);
      } catch (RuntimeException e) {
        problems.add(Problems.failed(data, i, "values", e), e);
      }
    }
    return values;
  }

  /** Returns a copy of the values of an image, and adds what is wrong with them. */
  static double[] checked(
      String name, List<String> valueNames, double @Nullable [] given, Problems problems) {
    if (given == null || given.length != valueNames.size()) {
      problems.add(
          name
              + ": values must have one number for each of "
              + valueNames
              + ", got "
              + Arrays.toString(given));
      return new double[valueNames.size()];
    }
    for (int i = 0; i < given.length; i++) {
      if (!Double.isFinite(given[i])) {
        problems.add(name + ": " + valueNames.get(i) + " must be finite, got " + given[i]);
      }
    }
    return given.clone();
  }

  /**
   * Checks the names of values.
   *
   * @param valueNames the names of the values
   * @throws IllegalArgumentException if there are none, or a name is repeated
   */
  public static void requireValueNames(List<String> valueNames) {
    if (valueNames.isEmpty()) {
      throw new IllegalArgumentException("Images must have at least 1 value name, got none");
    }
    Names.requireDistinct("Value", valueNames);
  }

  /**
   * Checks that every value differs between training images. There is nothing to learn from a
   * constant, and it has no standard deviation to divide by.
   *
   * @param valueNames the names of the values
   * @param values the numbers by training image and value
   * @throws DatasetException if a value is the same for all images; lists all such values
   */
  public static void requireVariation(List<String> valueNames, double[][] values) {
    List<String> constant = new ArrayList<>();
    for (int i = 0; i < valueNames.size(); i++) {
      int index = i;
      if (Arrays.stream(values).mapToDouble(row -> row[index]).distinct().count() <= 1) {
        constant.add(
            valueNames.get(i)
                + ": all "
                + values.length
                + " training images have the same value"
                + (values.length == 0 ? "" : ", " + values[0][i]));
      }
    }
    if (!constant.isEmpty()) {
      throw new DatasetException("Every value must differ between training images", constant);
    }
  }
}
