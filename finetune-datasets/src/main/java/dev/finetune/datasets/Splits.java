package dev.finetune.datasets;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.Labels;
import dev.finetune.data.Shuffle;
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

  private static Split split(
      ImageDataset data,
      Function<String, String> groupOf,
      double validFraction,
      long seed,
      String what) {
    checkArgument(
        validFraction > 0 && validFraction < 1,
        "validFraction must be in (0, 1), got %s",
        validFraction);
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
              long wanted = Math.round(members.size() * validFraction);
              int forValid = (int) Math.max(1, Math.min(members.size() - 1, wanted));
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
