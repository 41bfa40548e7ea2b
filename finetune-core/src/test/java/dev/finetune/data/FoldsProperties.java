package dev.finetune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.image.Pixels;
import dev.finetune.testing.ChangedImages;
import dev.finetune.testing.SyntheticImages;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Folds of random groups of images. */
class FoldsProperties {

  /** An image of a group. */
  private record Frame(String group, String species, int number) {
    String name() {
      return group + "_" + number;
    }
  }

  /** Generates the sizes of the groups of each class. */
  @Provide
  Arbitrary<List<List<Integer>>> classes() {
    return Arbitraries.integers()
        .between(1, 8)
        .list()
        .ofMinSize(1)
        .ofMaxSize(9)
        .list()
        .ofMinSize(1)
        .ofMaxSize(5);
  }

  private static List<Frame> frames(List<List<Integer>> classes) {
    List<Frame> frames = new ArrayList<>();
    for (int label = 0; label < classes.size(); label++) {
      for (int group = 0; group < classes.get(label).size(); group++) {
        for (int i = 0; i < classes.get(label).get(group); i++) {
          frames.add(new Frame(label + "-" + group, "c" + label, i));
        }
      }
    }
    return frames;
  }

  private static ImageDataset images(List<Frame> frames) {
    return ImageDataset.of(
        frames,
        Frame::species,
        Frame::name,
        frame -> Pixels.ofPlanes(1, 1, new float[] {frame.number(), 0, 0}));
  }

  private static String group(String name) {
    return name.substring(0, name.indexOf('_'));
  }

  private static List<String> names(ImageDataset data) {
    return IntStream.range(0, data.size()).mapToObj(data::name).toList();
  }

  private static int folds(List<List<Integer>> classes, int wanted) {
    return Math.min(wanted, classes.stream().mapToInt(List::size).sum());
  }

  @Property(seed = "42")
  void should_have_every_image_in_one_fold_and_divide_no_group(
      @ForAll("classes") List<List<Integer>> classes,
      @ForAll @IntRange(min = 2, max = 7) int wanted,
      @ForAll long seed) {
    ImageDataset data = images(frames(classes));
    int k = folds(classes, wanted);
    if (k < 2) {
      return;
    }

    Folds folds = Folds.of(data, FoldsProperties::group, k, seed);

    assertThat(folds.count()).isEqualTo(k);
    List<String> all = new ArrayList<>();
    Map<String, Integer> foldOfGroup = new HashMap<>();
    for (int fold = 0; fold < k; fold++) {
      List<String> valid = names(folds.valid(fold));
      assertThat(valid).isNotEmpty();
      all.addAll(valid);
      List<String> train = new ArrayList<>(names(data));
      train.removeAll(valid);
      assertThat(names(folds.train(fold))).isEqualTo(train);
      for (String name : valid) {
        assertThat(foldOfGroup.merge(group(name), fold, (a, b) -> a)).isEqualTo(fold);
      }
    }
    assertThat(all).containsExactlyInAnyOrderElementsOf(names(data));
    for (int i = 0; i < data.size(); i++) {
      assertThat(names(folds.valid(folds.foldOf(i)))).contains(data.name(i));
      assertThat(folds.foldOf()[i]).isEqualTo(folds.foldOf(i));
    }
  }

  @Property(seed = "42")
  void should_spread_each_class_within_its_largest_group(
      @ForAll("classes") List<List<Integer>> classes,
      @ForAll @IntRange(min = 2, max = 7) int wanted,
      @ForAll long seed) {
    ImageDataset data = images(frames(classes));
    int k = folds(classes, wanted);
    if (k < 2) {
      return;
    }

    Folds folds = Folds.of(data, FoldsProperties::group, k, seed);

    for (int label = 0; label < classes.size(); label++) {
      int[] counts = new int[k];
      for (int i = 0; i < data.size(); i++) {
        counts[folds.foldOf(i)] += data.label(i) == label ? 1 : 0;
      }
      int largest = classes.get(label).stream().mapToInt(Integer::intValue).max().orElse(0);
      assertThat(IntStream.of(counts).max().orElse(0) - IntStream.of(counts).min().orElse(0))
          .isLessThanOrEqualTo(largest);
    }
  }

  @Property(seed = "42")
  void should_depend_on_the_seed_and_not_on_the_order(
      @ForAll("classes") List<List<Integer>> classes, @ForAll long seed, @ForAll long order) {
    ImageDataset data = images(frames(classes));
    int k = folds(classes, 3);
    if (k < 2) {
      return;
    }
    ImageDataset shuffled = data.shuffle(order);

    Folds folds = Folds.of(data, FoldsProperties::group, k, seed);
    Folds again = Folds.of(shuffled, FoldsProperties::group, k, seed);

    for (int fold = 0; fold < k; fold++) {
      assertThat(names(again.valid(fold)))
          .containsExactlyInAnyOrderElementsOf(names(folds.valid(fold)));
    }
  }

  @Example
  void should_spread_single_images_evenly_and_by_the_seed() {
    ImageDataset data = new SyntheticImages(3, 32, 4, 1);

    Folds folds = Folds.of(data, 5, 1);

    for (int fold = 0; fold < 5; fold++) {
      assertThat(folds.valid(fold).size()).isBetween(6, 7);
      int[] counts = new int[3];
      IntStream.of(folds.valid(fold).labels()).forEach(label -> counts[label]++);
      assertThat(IntStream.of(counts)).allMatch(c -> c == 2 || c == 3);
    }
    assertThat(Folds.of(data, 5, 1).foldOf()).isEqualTo(folds.foldOf());
    assertThat(Folds.of(data, 5, 2).foldOf()).isNotEqualTo(folds.foldOf());
  }

  @Example
  void should_keep_groups_with_several_classes_together() {
    ImageDataset data = new SyntheticImages(3, 30, 4, 1);

    // Ten groups with one image of each class.
    Folds folds = Folds.of(data, name -> "" + Integer.parseInt(name.substring(10)) / 3, 5, 1);

    for (int fold = 0; fold < 5; fold++) {
      assertThat(folds.valid(fold).labels()).containsExactly(0, 1, 2, 0, 1, 2);
    }
  }

  @Example
  void should_refuse_too_few_or_too_many_folds_and_bad_labels() {
    ImageDataset data = new SyntheticImages(2, 6, 4, 1);

    assertThatThrownBy(() -> Folds.of(data, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("k must be >= 2, got 1");
    assertThatThrownBy(() -> Folds.of(data, 7, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("k must be at most the number of images with different names (6), got 7");
    assertThatThrownBy(() -> Folds.of(data, name -> name.endsWith("1") ? "a" : "b", 3, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("k must be at most the number of groups (2), got 3");
    assertThatThrownBy(() -> Folds.of(ChangedImages.of(data).labels(i -> i), 2, 1))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("the label must be from 0 to 1");
    Folds folds = Folds.of(data, 2, 1);
    assertThatThrownBy(() -> folds.train(2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> folds.valid(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> folds.foldOf(6)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
