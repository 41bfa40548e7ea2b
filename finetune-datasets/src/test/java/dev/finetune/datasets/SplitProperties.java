package dev.finetune.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;

class SplitProperties {

  /** Generates the sizes of the groups of each class. */
  @Provide
  Arbitrary<List<List<Integer>>> classes() {
    return Arbitraries.integers()
        .between(1, 8)
        .list()
        .ofMinSize(2)
        .ofMaxSize(9)
        .list()
        .ofMinSize(1)
        .ofMaxSize(5);
  }

  private static ImageDataset images(List<List<Integer>> classes) {
    List<FileImages.Entry> entries = new ArrayList<>();
    for (int label = 0; label < classes.size(); label++) {
      for (int group = 0; group < classes.get(label).size(); group++) {
        for (int i = 0; i < classes.get(label).get(group); i++) {
          entries.add(new FileImages.Entry(Path.of("x"), label + "-" + group + "_" + i, label));
        }
      }
    }
    return new FileImages(
        IntStream.range(0, classes.size()).mapToObj(i -> "c" + i).toList(), entries);
  }

  @Example
  void should_name_the_image_whose_label_is_no_class() {
    ImageDataset data =
        new FileImages(
            List.of("a", "b"),
            List.of(
                new FileImages.Entry(Path.of("x"), "right", 0),
                new FileImages.Entry(Path.of("y"), "wrong", 2)));

    assertThatThrownBy(() -> Splits.stratified(data, 0.5, 1))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("wrong: the label must be from 0 to 1 for the classes [a, b], got 2");
  }

  private static List<String> names(ImageDataset data) {
    return IntStream.range(0, data.size()).mapToObj(data::name).toList();
  }

  private static Set<String> groups(ImageDataset data) {
    return names(data).stream().map(Gtsrb::track).collect(Collectors.toSet());
  }

  private static int ofClass(ImageDataset data, int label) {
    return (int) IntStream.of(data.labels()).filter(l -> l == label).count();
  }

  @Property(seed = "42")
  void should_keep_groups_together_and_lose_nothing(
      @ForAll("classes") List<List<Integer>> classes,
      @ForAll @DoubleRange(min = 0.05, max = 0.95) double fraction,
      @ForAll long seed) {
    ImageDataset data = images(classes);

    Split split = Splits.byGroup(data, Gtsrb::track, fraction, seed);

    assertThat(groups(split.train())).doesNotContainAnyElementsOf(groups(split.valid()));
    List<String> both = new ArrayList<>(names(split.train()));
    both.addAll(names(split.valid()));
    assertThat(both).containsExactlyInAnyOrderElementsOf(names(data));
    for (int label = 0; label < classes.size(); label++) {
      assertThat(ofClass(split.train(), label)).isPositive();
      assertThat(ofClass(split.valid(), label)).isPositive();
    }
  }

  @Property(seed = "42")
  void should_split_every_class_in_proportion(
      @ForAll("classes") List<List<Integer>> classes,
      @ForAll @DoubleRange(min = 0.05, max = 0.95) double fraction,
      @ForAll long seed) {
    ImageDataset data = images(classes);

    Split split = Splits.stratified(data, fraction, seed);

    for (int label = 0; label < classes.size(); label++) {
      double wanted = ofClass(data, label) * fraction;
      assertThat((double) ofClass(split.valid(), label))
          .isBetween(Math.min(wanted - 1, ofClass(data, label) - 1), Math.max(wanted + 1, 1));
    }
    assertThat(names(Splits.stratified(data, fraction, seed).valid()))
        .isEqualTo(names(split.valid()));
  }

  @Property(seed = "42")
  void should_take_few_images_from_as_many_groups_as_there_are(
      @ForAll("classes") List<List<Integer>> classes, @ForAll long seed) {
    ImageDataset data = images(classes);

    ImageDataset few = Splits.perClass(data, Gtsrb::track, 2, seed);

    for (int label = 0; label < classes.size(); label++) {
      int l = label;
      List<String> chosen =
          IntStream.range(0, few.size())
              .filter(i -> few.label(i) == l)
              .mapToObj(few::name)
              .toList();
      assertThat(chosen).hasSize(2);
      assertThat(chosen.stream().map(Gtsrb::track)).doesNotHaveDuplicates();
    }
  }

  @Property(seed = "42")
  void should_shuffle_without_losing_anything(
      @ForAll("classes") List<List<Integer>> classes, @ForAll long seed) {
    ImageDataset data = images(classes);

    assertThat(names(data.shuffle(seed))).containsExactlyInAnyOrderElementsOf(names(data));
    assertThat(names(data.shuffle(seed))).isEqualTo(names(data.shuffle(seed)));
  }
}
