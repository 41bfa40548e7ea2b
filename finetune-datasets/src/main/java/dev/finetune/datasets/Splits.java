package dev.finetune.datasets;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.ImageSource;
import dev.finetune.data.Labels;
import dev.finetune.data.Shuffle;
import dev.finetune.data.TagDataset;
import dev.finetune.data.ValueDataset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Ways to set images aside for validation. All are deterministic: the same seed gives the same
 * images.
 */
public final class Splits {

  private Splits() {}

  /**
   * Splits every class in the same proportion.
   *
   * <p>Use this only where images are independent of each other. Frames of one film, photographs of
   * one patient or crops of one picture look alike. If they end up on both sides, the network is
   * validated on images that it has almost seen in training, and the validation accuracy is too
   * optimistic. Use {@link #byGroup} for such images. Images with the same name count as one here
   * and stay on one side.
   *
   * @param data the images to split
   * @param validFraction the share of each class for validation, in (0, 1); it is rounded so that
   *     each class has at least one image on each side
   * @param seed the seed of the random choice
   * @return the two parts, each in the order of {@code data}
   * @throws IllegalArgumentException if {@code validFraction} is outside (0, 1)
   * @throws DatasetException if classes have fewer than two images, or images have a label that is
   *     not an index into the classes; it lists all of them
   */
  public static Split stratified(ImageDataset data, double validFraction, long seed) {
    return split(data, name -> name, validFraction, seed, "images");
  }

  /**
   * Splits every class in about the same proportion and keeps the images of a group on one side.
   *
   * <p>A group is a set of images that look alike for reasons other than their class. In GTSRB it
   * is the track: about 30 frames of one physical sign, filmed from an approaching car. A random
   * split puts neighbouring frames, which are almost identical, on both sides; the validation
   * accuracy then rewards memorisation and is several points too high. A split by track measures
   * the accuracy on unseen signs.
   *
   * @param data the images to split
   * @param groupOf maps the name of an image to its group; images of different classes are never in
   *     the same group
   * @param validFraction the share of the groups of each class for validation, in (0, 1); it is
   *     rounded so that each class has at least one group on each side
   * @param seed the seed of the random choice
   * @return the two parts, each in the order of {@code data}
   * @throws IllegalArgumentException if {@code validFraction} is outside (0, 1)
   * @throws DatasetException if classes have fewer than two groups, or images have a label that is
   *     not an index into the classes; it lists all of them
   */
  public static Split byGroup(
      ImageDataset data, Function<String, String> groupOf, double validFraction, long seed) {
    return split(data, groupOf, validFraction, seed, "groups");
  }

  /**
   * Splits images with tags and keeps the images of a group on one side; see {@link
   * #byGroup(ImageDataset, Function, double, long)}. Groups are chosen at random, whatever tags
   * their images have.
   *
   * @param data the images to split
   * @param groupOf maps the name of an image to its group; {@code name -> name} if images are
   *     independent
   * @param validFraction the share of the groups for validation, in (0, 1); it is rounded so that
   *     each side has at least one group
   * @param seed the seed of the random choice
   * @return the two parts, each in the order of {@code data}
   * @throws IllegalArgumentException if {@code validFraction} is outside (0, 1)
   * @throws DatasetException if there are fewer than two groups
   */
  public static Parts<TagDataset> byGroup(
      TagDataset data, Function<String, String> groupOf, double validFraction, long seed) {
    int[][] parts = parts(data, groupOf, validFraction, seed);
    return new Parts<>(data.select(parts[0]), data.select(parts[1]));
  }

  /**
   * Splits images with values and keeps the images of a group on one side; see {@link
   * #byGroup(ImageDataset, Function, double, long)}. Groups are chosen at random, whatever values
   * their images have.
   *
   * @param data the images to split
   * @param groupOf maps the name of an image to its group; {@code name -> name} if images are
   *     independent
   * @param validFraction the share of the groups for validation, in (0, 1); it is rounded so that
   *     each side has at least one group
   * @param seed the seed of the random choice
   * @return the two parts, each in the order of {@code data}
   * @throws IllegalArgumentException if {@code validFraction} is outside (0, 1)
   * @throws DatasetException if there are fewer than two groups
   */
  public static Parts<ValueDataset> byGroup(
      ValueDataset data, Function<String, String> groupOf, double validFraction, long seed) {
    int[][] parts = parts(data, groupOf, validFraction, seed);
    return new Parts<>(data.select(parts[0]), data.select(parts[1]));
  }

  /** Returns the indices of the images for training and for validation, in ascending order. */
  private static int[][] parts(
      ImageSource data, Function<String, String> groupOf, double validFraction, long seed) {
    requireFraction(validFraction);
    Map<String, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < data.size(); i++) {
      groups.computeIfAbsent(groupOf.apply(data.name(i)), g -> new ArrayList<>()).add(i);
    }
    if (groups.size() < 2) {
      throw new DatasetException(
          "The images must have at least 2 groups, one for each side of a split",
          List.of("got " + groups.size() + " for " + data.size() + " images"));
    }
    List<List<Integer>> members = List.copyOf(groups.values());
    int[] order = Shuffle.permutation(members.size(), seed);
    int forValid = forValid(members.size(), validFraction);
    return new int[][] {
      indices(members, order, forValid, order.length), indices(members, order, 0, forValid)
    };
  }

  private static int[] indices(List<List<Integer>> members, int[] order, int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> members.get(order[i]))
        .flatMap(List::stream)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  /** Returns the number of groups for validation. */
  private static int forValid(int groups, double validFraction) {
    return (int) Math.max(1, Math.min(groups - 1, Math.round(groups * validFraction)));
  }

  private static void requireFraction(double validFraction) {
    checkArgument(
        validFraction > 0 && validFraction < 1,
        "validFraction must be in (0, 1), got %s",
        validFraction);
  }

  private static Split split(
      ImageDataset data,
      Function<String, String> groupOf,
      double validFraction,
      long seed,
      String what) {
    requireFraction(validFraction);
    List<Integer> train = new ArrayList<>();
    List<Integer> valid = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    groups(data, groupOf)
        .forEach(
            (label, groups) -> {
              String name = data.classNames().get(label);
              if (groups.size() < 2) {
                problems.add(name + ": the class has " + groups.size());
                return;
              }
              List<List<Integer>> members = List.copyOf(groups.values());
              int[] order = Shuffle.permutation(members.size(), seed * 31 + label);
              int forValid = forValid(members.size(), validFraction);
              for (int i = 0; i < order.length; i++) {
                (i < forValid ? valid : train).addAll(members.get(order[i]));
              }
            });
    if (!problems.isEmpty()) {
      throw new DatasetException(
          "Every class must have at least 2 " + what + ", one for each side of a split", problems);
    }
    return new Split(select(data, train), select(data, valid));
  }

  /**
   * Selects up to {@code count} images of each class. They are taken from the groups of the class
   * in turn, which makes a small selection as varied as possible.
   *
   * @param data the images to choose from
   * @param groupOf maps the name of an image to its group; images of different classes are never in
   *     the same group
   * @param count the number of images per class, at least 1; a class with fewer images keeps all of
   *     them
   * @param seed the seed of the order of the groups
   * @return the chosen images in the order of {@code data}
   * @throws IllegalArgumentException if {@code count} is less than 1
   * @throws DatasetException if images have a label that is not an index into the classes; it lists
   *     all of them
   */
  public static ImageDataset perClass(
      ImageDataset data, Function<String, String> groupOf, int count, long seed) {
    checkArgument(count > 0, "count must be >= 1, got %s", count);
    List<Integer> chosen = new ArrayList<>();
    groups(data, groupOf)
        .forEach(
            (label, groups) -> {
              List<List<Integer>> members = List.copyOf(groups.values());
              int[] order = Shuffle.permutation(members.size(), seed * 31 + label);
              int longest = members.stream().mapToInt(List::size).max().orElse(0);
              List<Integer> inTurn =
                  IntStream.range(0, longest)
                      .boxed()
                      .flatMap(
                          round ->
                              IntStream.of(order)
                                  .mapToObj(members::get)
                                  .filter(group -> round < group.size())
                                  .map(group -> group.get(round)))
                      .limit(count)
                      .toList();
              chosen.addAll(inTurn);
            });
    return select(data, chosen);
  }

  /** Returns the indices of the images by label and group, in the order of the dataset. */
  private static Map<Integer, Map<String, List<Integer>>> groups(
      ImageDataset data, Function<String, String> groupOf) {
    int[] labels = Labels.of(data).get(0);
    Map<Integer, Map<String, List<Integer>>> groups = new TreeMap<>();
    for (int label = 0; label < data.classNames().size(); label++) {
      groups.put(label, new LinkedHashMap<>());
    }
    for (int i = 0; i < data.size(); i++) {
      groups
          .computeIfAbsent(labels[i], label -> new LinkedHashMap<>())
          .computeIfAbsent(groupOf.apply(data.name(i)), g -> new ArrayList<>())
          .add(i);
    }
    return groups;
  }

  private static ImageDataset select(ImageDataset data, List<Integer> indices) {
    return data.select(indices.stream().sorted().mapToInt(Integer::intValue).toArray());
  }
}
