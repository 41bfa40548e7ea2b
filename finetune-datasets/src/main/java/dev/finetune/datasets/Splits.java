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

/** Ways to set images aside for validation. The same seed gives the same split. */
public final class Splits {

  private Splits() {}

  /**
   * Splits every class in the same proportion.
   *
   * <p>Right only where images are independent of each other. Frames of one film, photographs of
   * one patient, crops of one picture look alike: with some of them on each side the network is
   * judged on what it has learned by heart, and validation accuracy promises what the application
   * will not see. For such images use {@link #byGroup}.
   *
   * @param validFraction the share of each class for validation, over 0 and under 1; each class
   *     gives at least one image to each side
   * @throws DatasetException one that lists every class with fewer than two images
   */
  public static Split stratified(ImageDataset data, double validFraction, long seed) {
    return byGroup(data, name -> name, validFraction, seed);
  }

  /**
   * Splits every class in about the same proportion, and no group across the two sides.
   *
   * <p>A group is whatever makes images alike beyond their class. In GTSRB it is the track: some 30
   * frames of one physical sign, filmed from one approaching car. A random split puts neighbouring
   * frames, almost the same picture, on both sides; the validation accuracy then measures memory
   * and comes out several points too high. Split by track, it measures signs never seen.
   *
   * @param groupOf the group of the image of that name; groups are within a class
   * @param validFraction the share of each class' groups for validation, over 0 and under 1
   * @throws DatasetException one that lists every class with fewer than two groups
   */
  public static Split byGroup(
      ImageDataset data, Function<String, String> groupOf, double validFraction, long seed) {
    checkArgument(
        validFraction > 0 && validFraction < 1,
        "validFraction is over 0 and under 1, got %s",
        validFraction);
    List<Integer> train = new ArrayList<>();
    List<Integer> valid = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    groups(data, groupOf)
        .forEach(
            (label, groups) -> {
              String name = data.classNames().get(label);
              if (groups.size() < 2) {
                problems.add(name + ": only " + groups.size() + " group(s)");
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
      throw new DatasetException("Every class has a group for each side of a split", problems);
    }
    return new Split(select(data, train), select(data, valid));
  }

  /**
   * At most {@code count} images of each class, taken in turn from its groups, so that few images
   * show many things. In the order of the dataset.
   */
  public static ImageDataset perClass(
      ImageDataset data, Function<String, String> groupOf, int count, long seed) {
    checkArgument(count > 0, "count is at least 1, got %s", count);
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

  /** By class, then by group: the images' indices in order. */
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
