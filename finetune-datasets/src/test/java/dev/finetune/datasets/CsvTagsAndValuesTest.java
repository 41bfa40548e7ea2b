package dev.finetune.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageSource;
import dev.finetune.data.TagDataset;
import dev.finetune.data.ValueDataset;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listings with tags and values, and their splits. */
class CsvTagsAndValuesTest {

  @TempDir private Path root;

  @BeforeEach
  void writeImages() throws IOException {
    for (String name : List.of("a.png", "b.png", "c.png")) {
      BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
      image.setRGB(0, 0, name.charAt(0) << 16);
      ImageIO.write(image, "png", root.resolve(name).toFile());
    }
  }

  private Path csv(String... lines) throws IOException {
    return Files.writeString(root.resolve("list.csv"), String.join("\n", lines) + "\n");
  }

  @Test
  void reads_tags_of_one_column() throws IOException {
    Path csv = csv("file,tags", "b.png, red; round ;", "a.png,", "c.png,red");

    TagDataset data = CsvTags.read(csv, root, "file", "tags", ";");

    assertThat(data.tagNames()).containsExactly("red", "round");
    assertThat(data.tagSet(0)).containsExactly("red", "round");
    assertThat(data.tagSet(1)).isEmpty();
    assertThat(data.tagSet(2)).containsExactly("red");
    assertThat(data.name(0)).isEqualTo("b.png");
    assertThat(Math.round(data.load(0).at(0, 0, 0))).isEqualTo('b');
    assertThat(
            CsvTags.read(csv, root, "file", "tags", ";", List.of("round", "blue", "red")).tags(0))
        .containsExactly(true, false, true);
  }

  @Test
  void reads_tags_in_a_listing_with_semicolons() throws IOException {
    Path csv = csv("file;tags", "b.png;red|round");

    assertThat(CsvTags.read(csv, root, "file", "tags", "|").tagSet(0))
        .containsExactly("red", "round");
  }

  @Test
  void reads_a_column_per_tag() throws IOException {
    Path csv = csv("red,file,round", "1,b.png,0", "0,a.png,0", "1,c.png,1");

    TagDataset data = CsvTags.readColumns(csv, root, "file", List.of("round", "red"));

    assertThat(data.tagNames()).containsExactly("round", "red");
    assertThat(data.tags(0)).containsExactly(false, true);
    assertThat(data.tagSet(2)).containsExactly("round", "red");
  }

  @Test
  void lists_every_row_with_tags_that_do_not_fit() throws IOException {
    Path csv = csv("file,tags", "b.png,red;blue", "absent.png,red", "a.png,green", ".,red");

    assertThatThrownBy(() -> CsvTags.read(csv, root, "file", "tags", ";", List.of("red", "green")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(
            "must name a file and its tags (3 problems)",
            "b.png: tag \"blue\" is none of the tags [red, green]",
            "absent.png: no such file in " + root,
            ".: must be an image file, got a directory in " + root);
    assertThatThrownBy(() -> CsvTags.read(csv, root, "file", "tags", " "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("separator must not be blank, got \" \"");

    Path flags = csv("file,red,round", "a.png,1,2", "b.png,yes,", "c.png,1,0");
    assertThatThrownBy(() -> CsvTags.readColumns(flags, root, "file", List.of("red", "round")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(
            "3 problems",
            "a.png: the column round must be 0 or 1, got \"2\"",
            "b.png: the column red must be 0 or 1, got \"yes\"",
            "b.png: the column round must be 0 or 1, got \"\"");
    assertThatThrownBy(() -> CsvTags.readColumns(flags, root, "file", List.of("red", "blue")))
        .hasMessageContainingAll(
            "must have the columns file, red and blue", "got [file, red, round]");
    assertThatThrownBy(() -> CsvTags.readColumns(flags, root, "file", List.of()))
        .hasMessage("tagColumns must have at least one column, got none");
  }

  @Test
  void reads_values() throws IOException {
    Path csv = csv("width,file,angle", "12,b.png,-1.5e-3", " +3. ,a.png,.5", "0,c.png,7");

    ValueDataset data = CsvValues.read(csv, root, "file", List.of("angle", "width"));

    assertThat(data.valueNames()).containsExactly("angle", "width");
    assertThat(data.values(0)).containsExactly(-0.0015, 12);
    assertThat(data.values(1)).containsExactly(0.5, 3);
    assertThat(Math.round(data.load(2).at(0, 0, 0))).isEqualTo('c');
  }

  @Test
  void lists_every_row_with_values_that_are_no_numbers() throws IOException {
    Path csv =
        csv(
            "file,x,y",
            "a.png,1f,NaN",
            "b.png,,1e999",
            "c.png,0x1p3,\"1,5\"",
            "absent.png,1,2",
            "a.png,1,2");

    assertThatThrownBy(() -> CsvValues.read(csv, root, "file", List.of("x", "y")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(
            "must name a file and its values (7 problems)",
            "a.png: the column x must be a finite number, got \"1f\"",
            "a.png: the column y must be a finite number, got \"NaN\"",
            "b.png: the column x must be a finite number, got \"\"",
            "b.png: the column y must be a finite number, got \"1e999\"",
            "c.png: the column x must be a finite number, got \"0x1p3\"",
            "c.png: the column y must be a finite number, got \"1,5\"",
            "absent.png: no such file");
    assertThatThrownBy(() -> CsvValues.read(csv("file,x"), root, "file", List.of("x")))
        .hasMessageContaining("the listing has no rows below the header");
    assertThatThrownBy(() -> CsvValues.read(csv("file,x", "a.png"), root, "file", List.of("x")))
        .hasMessageContaining("line 2: 1 columns");
    assertThatThrownBy(() -> CsvValues.read(root, root, "file", List.of("x")))
        .hasMessageContaining("got a directory");
    assertThatThrownBy(() -> CsvValues.read(csv, root, "file", List.of()))
        .hasMessage("valueColumns must have at least one column, got none");
  }

  private static List<String> names(ImageSource data) {
    return IntStream.range(0, data.size()).mapToObj(data::name).toList();
  }

  @Test
  void splits_by_group() {
    List<Integer> items = IntStream.range(0, 40).boxed().toList();
    TagDataset tags =
        TagDataset.of(
            items, i -> List.of("t" + i % 3), i -> i % 10 + "/" + i, i -> Images.read(root));
    ValueDataset values =
        ValueDataset.of(
            List.of("x"),
            items,
            i -> new double[] {i},
            i -> i % 10 + "/" + i,
            i -> Images.read(root));

    Parts<TagDataset> parts = Splits.byGroup(tags, name -> name.substring(0, 1), 0.3, 1);
    Parts<ValueDataset> valueParts = Splits.byGroup(values, name -> name.substring(0, 1), 0.3, 1);

    assertThat(names(parts.valid())).hasSize(12).isEqualTo(names(valueParts.valid()));
    assertThat(names(parts.train())).hasSize(28).isEqualTo(names(valueParts.train()));
    assertThat(names(parts.valid()).stream().map(name -> name.substring(0, 1)).distinct())
        .hasSize(3)
        .doesNotContainAnyElementsOf(
            names(parts.train()).stream().map(name -> name.substring(0, 1)).toList());
    assertThat(names(Splits.byGroup(tags, name -> name, 0.001, 1).valid())).hasSize(1);
    assertThatThrownBy(() -> Splits.byGroup(tags, name -> "one", 0.3, 1))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("at least 2 groups", "got 1 for 40 images");
    assertThatThrownBy(() -> Splits.byGroup(tags, name -> name, 1, 1))
        .hasMessage("validFraction must be in (0, 1), got 1.0");
  }
}
