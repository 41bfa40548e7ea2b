package dev.finetune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.testing.ChangedImages;
import dev.finetune.testing.SyntheticImages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Datasets that are united, restricted to classes, or sampled, over random sets of classes. */
class UnionProperties {

  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f");

  /** Between one and six classes in any order, with up to 20 images. */
  @Provide
  Arbitrary<ImageDataset> datasets() {
    return Arbitraries.shuffle(NAMES)
        .flatMap(
            names ->
                Arbitraries.integers()
                    .between(1, names.size())
                    .flatMap(
                        classes ->
                            Arbitraries.integers()
                                .between(0, 20)
                                .map(size -> dataset(names.subList(0, classes), size))));
  }

  private static ImageDataset dataset(List<String> names, int size) {
    return ChangedImages.of(new SyntheticImages(names.size(), size, 4, size))
        .classNames(names.toArray(String[]::new));
  }

  /** Returns what an image is, apart from its position and the index of its class. */
  private static List<Object> image(ImageDataset data, int index) throws IOException {
    return List.of(
        data.name(index), data.classNames().get(data.label(index)), data.load(index).planes()[5]);
  }

  private static List<Object> images(ImageDataset data) throws IOException {
    List<Object> images = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      images.add(image(data, i));
    }
    return images;
  }

  @Property(tries = 200, seed = "42")
  void should_have_the_images_of_both_in_order(
      @ForAll("datasets") ImageDataset first, @ForAll("datasets") ImageDataset second)
      throws IOException {
    ImageDataset both = first.and(second);

    List<Object> expected = images(first);
    expected.addAll(images(second));
    assertThat(images(both)).isEqualTo(expected);
  }

  @Property(tries = 200, seed = "42")
  void should_have_the_classes_of_both_once_and_the_first_ones_in_place(
      @ForAll("datasets") ImageDataset first, @ForAll("datasets") ImageDataset second) {
    List<String> names = first.and(second).classNames();

    assertThat(names).doesNotHaveDuplicates().startsWith(first.classNames().toArray(String[]::new));
    assertThat(names).containsAll(second.classNames());
    assertThat(names.subList(first.classNames().size(), names.size()))
        .isSubsetOf(second.classNames());
  }

  @Property(tries = 200, seed = "42")
  void should_keep_exactly_the_images_of_the_given_classes(
      @ForAll("datasets") ImageDataset data, @ForAll Set<@IntRange(max = 5) Integer> chosen)
      throws IOException {
    List<String> names = chosen.stream().map(NAMES::get).toList();

    ImageDataset restricted = data.ofClasses(names);

    List<Object> expected = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      if (names.contains(data.classNames().get(data.label(i)))) {
        expected.add(image(data, i));
      }
    }
    assertThat(restricted.classNames()).isEqualTo(names);
    assertThat(images(restricted)).isEqualTo(expected);
  }

  @Property(tries = 200, seed = "42")
  void should_sample_the_same_number_of_each_class(
      @ForAll("datasets") ImageDataset data,
      @ForAll @IntRange(min = 1, max = 5) int count,
      @ForAll long seed)
      throws IOException {
    ImageDataset sample = data.samplePerClass(count, seed);

    for (int label = 0; label < data.classNames().size(); label++) {
      int of = label;
      long all = IntStream.of(data.labels()).filter(l -> l == of).count();
      assertThat(IntStream.of(sample.labels()).filter(l -> l == of).count())
          .isEqualTo(Math.min(all, count));
    }
    assertThat(images(data)).containsSubsequence(images(sample));
    assertThat(images(data.samplePerClass(count, seed))).isEqualTo(images(sample));
  }

  @Example
  void should_choose_other_images_for_another_seed() throws IOException {
    ImageDataset data = dataset(List.of("a", "b"), 20);

    assertThat(images(data.samplePerClass(4, 1))).isNotEqualTo(images(data.samplePerClass(4, 2)));
  }

  @Example
  void should_refuse_repeated_classes_labels_out_of_range_and_empty_samples() {
    ImageDataset good = dataset(List.of("a", "b"), 4);
    ImageDataset twice = dataset(List.of("a", "a"), 4);
    ImageDataset bad = ChangedImages.of(good).labels(i -> i);

    assertThatThrownBy(() -> good.and(twice)).hasMessageContaining("more than once: [a]");
    assertThatThrownBy(() -> good.ofClasses(List.of("b", "b")))
        .hasMessageContaining("more than once: [b]");
    assertThatThrownBy(() -> bad.and(good))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("synthetic-2", "synthetic-3", "got 3");
    assertThatThrownBy(() -> good.samplePerClass(0, 1))
        .hasMessageContaining("count must be >= 1, got 0");
    assertThatThrownBy(() -> good.and(good).load(8)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
