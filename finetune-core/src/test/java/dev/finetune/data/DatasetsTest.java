package dev.finetune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.Doubles;
import dev.finetune.image.ColourRule;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Datasets of an application's own items, and the checks of tags and values. */
@SuppressWarnings("NullAway") // null is one of the faults
class DatasetsTest {

  /** A row of a database. */
  private record Row(String key, String species, Set<String> marks, List<Double> sizes) {
    double[] size() {
      return sizes == null ? null : Doubles.toArray(sizes);
    }
  }

  private static Row row(String key, String species, Set<String> marks, double... size) {
    return new Row(key, species, marks, Doubles.asList(size));
  }

  private static final List<Row> ROWS =
      List.of(
          row("a", "owl", Set.of("young"), 3, 4),
          row("b", "jay", Set.of(), 5, 6),
          row("c", "owl", Set.of("ringed", "young"), 7, 8));

  private static Pixels image(Row row) {
    return Pixels.ofPlanes(1, 1, new float[] {row.key().charAt(0), 0, 0});
  }

  private static final TagDataset TAGGED =
      TagDataset.of(ROWS, Row::marks, Row::key, DatasetsTest::image);
  private static final ValueDataset VALUED =
      ValueDataset.of(List.of("wing", "tail"), ROWS, Row::size, Row::key, DatasetsTest::image);

  /** Flags of all tags would take 10 GB. */
  @Test
  void should_hold_the_tags_that_images_have_and_not_the_others() {
    List<Integer> items = IntStream.range(0, 100_000).boxed().toList();

    TagDataset data =
        TagDataset.of(
            items,
            item -> List.of(String.format("%06d", item)),
            String::valueOf,
            item -> {
              throw new IOException("not decoded");
            });

    assertThat(data.tagNames()).hasSize(100_000);
    assertThat(data.tags(7)).hasSize(100_000);
    assertThat(data.tags(7)[7]).isTrue();
    assertThat(data.tags(7)[8]).isFalse();
  }

  @Test
  void should_make_classes_of_a_column() throws IOException {
    ImageDataset data = ImageDataset.of(ROWS, Row::species, Row::key, DatasetsTest::image);

    assertThat(data.classNames()).containsExactly("jay", "owl");
    assertThat(data.labels()).containsExactly(1, 0, 1);
    assertThat(data.name(2)).isEqualTo("c");
    assertThat(data.load(2).at(0, 0, 0)).isEqualTo('c');
    assertThat(
            ImageDataset.of(
                    List.of("owl", "elf", "jay"), ROWS, Row::species, Row::key, DatasetsTest::image)
                .labels())
        .containsExactly(0, 2, 0);
  }

  @Test
  void should_list_every_item_without_a_known_class() {
    List<Row> rows = List.of(ROWS.get(0), row("d", null, Set.of()), row("e", "elf", Set.of()));

    assertThatThrownBy(() -> ImageDataset.of(rows, Row::species, Row::key, DatasetsTest::image))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("1 problem", "d: the class must be one of [elf, owl], got null");
    assertThatThrownBy(
            () ->
                ImageDataset.of(List.of("owl"), rows, Row::species, Row::key, DatasetsTest::image))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("2 problems", "got null", "e: the class must be", "got elf");
    assertThatThrownBy(
            () ->
                ImageDataset.of(
                    List.of("owl", "owl"), rows, Row::species, Row::key, DatasetsTest::image))
        .hasMessageContaining("Class names must be distinct, got more than once: [owl]");
  }

  @Test
  void should_make_tags_of_a_column() throws IOException {
    assertThat(TAGGED.tagNames()).containsExactly("ringed", "young");
    assertThat(TAGGED.tags(0)).containsExactly(false, true);
    assertThat(TAGGED.tagSet(1)).isEmpty();
    assertThat(TAGGED.tagSet(2)).containsExactly("ringed", "young");

    TagDataset part = TAGGED.select(2, 0);
    assertThat(part.size()).isEqualTo(2);
    assertThat(part.tagSet(1)).containsExactly("young");
    assertThat(part.name(0)).isEqualTo("c");
    assertThat(part.load(0).at(0, 0, 0)).isEqualTo('c');
    assertThat(TAGGED.sample(2, 1).size()).isEqualTo(2);
    assertThat(TAGGED.sample(9, 1).size()).isEqualTo(3);
    assertThat(names(TAGGED.shuffle(1))).containsExactlyInAnyOrder("a", "b", "c");
    assertThatThrownBy(() -> TAGGED.select(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> TAGGED.sample(-1, 1)).hasMessage("count must be >= 0, got -1");
  }

  @Test
  void should_make_values_of_columns() throws IOException {
    assertThat(VALUED.valueNames()).containsExactly("wing", "tail");
    assertThat(VALUED.values(1)).containsExactly(5, 6);

    ValueDataset part = VALUED.select(2, 0);
    assertThat(part.values(0)).containsExactly(7, 8);
    assertThat(part.valueNames()).containsExactly("wing", "tail");
    assertThat(part.load(1).at(0, 0, 0)).isEqualTo('a');
    assertThat(VALUED.sample(2, 1).size()).isEqualTo(2);
    assertThat(names(VALUED.shuffle(1))).containsExactlyInAnyOrder("a", "b", "c");
  }

  private static List<String> names(ImageSource data) {
    return IntStream.range(0, data.size()).mapToObj(data::name).toList();
  }

  @Test
  void should_list_every_item_with_unknown_tags() {
    List<Row> rows = List.of(ROWS.get(2), row("d", "", null), row("e", "", Set.of("old")));

    assertThatThrownBy(
            () -> TagDataset.of(List.of("young"), rows, Row::marks, Row::key, DatasetsTest::image))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(
            "3 problems",
            "c: tags must be among [young], got ringed",
            "d: tags must not be null",
            "e: tags must be among [young], got old");
  }

  @Test
  void should_list_every_item_with_values_that_are_no_numbers() {
    List<Row> rows =
        List.of(
            row("d", "", Set.of(), 1),
            row("e", "", Set.of(), Double.NaN, Double.POSITIVE_INFINITY),
            new Row("f", "", Set.of(), null));

    assertThatThrownBy(
            () ->
                ValueDataset.of(
                    List.of("wing", "tail"), rows, Row::size, Row::key, DatasetsTest::image))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(
            "4 problems",
            "d: values must have one number for each of [wing, tail], got [1.0]",
            "e: wing must be finite, got NaN",
            "e: tail must be finite, got Infinity",
            "f: values must have one number for each of [wing, tail], got null");
  }

  /** Only readers of files know about colours. */
  @Test
  void should_not_say_that_other_colours_are_read() {
    ImageDataset classes = ImageDataset.of(ROWS, Row::species, Row::key, DatasetsTest::image);

    assertThat(List.of(classes.colours(), TAGGED.colours(), VALUED.select(1).colours()))
        .containsOnly(Optional.empty());
    for (ThrowingCallable change :
        List.<ThrowingCallable>of(
            () -> classes.withColours(ColourRule.SRGB),
            () -> classes.and(classes).withColours(ColourRule.SRGB),
            () -> TAGGED.withColours(ColourRule.SRGB),
            () -> VALUED.select(1).withColours(ColourRule.SRGB))) {
      assertThatThrownBy(change)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Images must come from a reader of files to be read with the colours srgb, got images"
                  + " of an application with unknown colours");
    }
  }

  @Test
  void should_say_how_a_loader_reads_colours() {
    ImageDataset read = ImageDataset.of(ROWS, Row::species, Row::key, new Converting());
    ImageDataset other = ImageDataset.of(ROWS, Row::species, Row::key, DatasetsTest::image);

    assertThat(read.colours()).contains(ColourRule.SRGB);
    assertThat(read.withColours(ColourRule.SRGB).name(1)).isEqualTo("b");
    assertThat(read.select(2).and(other).colours()).contains(ColourRule.SRGB);
    assertThat(other.and(read.ofClasses(List.of("jay"))).colours()).contains(ColourRule.SRGB);
    assertThatThrownBy(() -> read.withColours(ColourRule.STORED))
        .hasMessageEndingWith("the colours stored, got images of an application with srgb colours");
  }

  /** A loader that converts colours. */
  private static final class Converting implements ImageLoader<Row> {
    @Override
    public Pixels load(Row row) {
      return image(row);
    }

    @Override
    public Optional<ColourRule> colours() {
      return Optional.of(ColourRule.SRGB);
    }
  }

  /** A dataset that returns any flags and numbers. */
  private record Raw(Map<String, boolean[]> flags, Map<String, double[]> numbers)
      implements TagDataset, ValueDataset {

    private String key(int index) {
      return List.of("a", "b", "c", "d").get(index);
    }

    @Override
    public List<String> tagNames() {
      return List.of("x", "y");
    }

    @Override
    public boolean[] tags(int index) {
      if (index == 3) {
        throw new IllegalStateException("no row");
      }
      return flags.get(key(index));
    }

    @Override
    public List<String> valueNames() {
      return List.of("x", "y");
    }

    @Override
    public double[] values(int index) {
      if (index == 3) {
        throw new IllegalStateException("no row");
      }
      return numbers.get(key(index));
    }

    @Override
    public Raw withColours(ColourRule rule) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Raw select(int... indices) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Raw sample(int count, long seed) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Raw shuffle(long seed) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int size() {
      return 4;
    }

    @Override
    public String name(int index) {
      return "row " + index;
    }

    @Override
    public Pixels load(int index) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void should_list_every_image_of_a_dataset_with_invalid_tags_or_values() {
    Raw raw =
        new Raw(
            Map.of("a", new boolean[2], "b", new boolean[3]),
            Map.of("a", new double[] {1, Double.NaN}, "b", new double[1]));

    assertThatThrownBy(() -> Tags.of(raw))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(
            "3 problems",
            "row 1: tags must have one flag for each of [x, y], got [false, false, false]",
            "row 2: tags must have one flag for each of [x, y], got null",
            "row 3: Raw.tags(3) threw java.lang.IllegalStateException: no row")
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Values.of(raw))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(
            "4 problems",
            "row 0: y must be finite, got NaN",
            "row 1: values must have one number for each of [x, y], got [0.0]",
            "row 2: values must have one number for each of [x, y], got null",
            "row 3: Raw.values(3) threw");
  }

  @Test
  void should_refuse_tags_without_images_and_constant_values() {
    assertThatThrownBy(
            () ->
                Tags.requireEveryTag(
                    List.of("x", "y", "z"), new boolean[][] {new boolean[3], {false, true, false}}))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(
            "Every tag must have a training image (2 problems)",
            "x: none of the 2 training images has this tag",
            "z: none of the 2");
    assertThatThrownBy(
            () ->
                Values.requireVariation(
                    List.of("x", "y"), new double[][] {{1, 3.5}, {2, 3.5}, {3, 3.5}}))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(
            "Every value must differ between training images (1 problem)",
            "y: all 3 training images have the same value, 3.5");
    Tags.requireEveryTag(List.of("x"), new boolean[][] {{true}});
    Values.requireVariation(List.of("x"), new double[][] {{1}, {2}});
  }

  @Test
  void should_refuse_names_that_are_missing_or_repeated() {
    for (List<String> names : Arrays.asList(List.<String>of(), List.of("a", "b", "a"))) {
      String message = names.isEmpty() ? "at least 1" : "got more than once: [a]";
      assertThatThrownBy(() -> Tags.requireTagNames(names)).hasMessageContaining(message);
      assertThatThrownBy(() -> Values.requireValueNames(names)).hasMessageContaining(message);
    }
  }
}
