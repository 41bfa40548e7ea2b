package dev.finetune.datasets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FoldersAndListsTest {

  @TempDir Path root;

  /** Writes an image whose first pixel has this red value, by which a test identifies the file. */
  private void image(String path, int red) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, red << 16);
    ImageIO.write(image, "png", file.toFile());
  }

  /** Returns the red value by which the image was marked. */
  private static int mark(ImageDataset data, int index) throws IOException {
    return Math.round(data.load(index).at(0, 0, 0));
  }

  @BeforeEach
  void makeFolders() throws IOException {
    image("Train/2/b.png", 1);
    image("Train/2/a.png", 2);
    image("Train/10/deeper/c.png", 3);
    image("Train/1/d.PNG", 4);
    Files.writeString(root.resolve("Train/1/notes.csv"), "no image");
  }

  @Test
  void should_sort_classes_as_strings_and_files_by_name() throws IOException {
    ImageDataset data = ClassFolders.read(root.resolve("Train"));

    assertThat(data.classNames()).containsExactly("1", "10", "2");
    assertThat(data.size()).isEqualTo(4);
    assertThat(data.labels()).containsExactly(0, 1, 2, 2);
    assertThat(data.name(1)).isEqualTo("10/deeper/c.png");
    assertThat(mark(data, 2)).isEqualTo(2);
    assertThat(data.oneHot(1)).containsExactly(0, 1, 0);
  }

  @Test
  void should_take_classes_in_the_order_given() throws IOException {
    ImageDataset data = ClassFolders.read(root.resolve("Train"), List.of("2", "1", "10"));

    assertThat(data.classNames()).containsExactly("2", "1", "10");
    assertThat(data.labels()).containsExactly(0, 0, 1, 2);
  }

  @Test
  void should_list_every_folder_that_does_not_fit() throws IOException {
    Files.createDirectories(root.resolve("Train/empty"));

    assertThatThrownBy(() -> ClassFolders.read(root.resolve("Train")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("empty: no image in the folder");
    assertThatThrownBy(() -> ClassFolders.read(root.resolve("Train"), List.of("1", "2", "30")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(
            "10: this folder is none of the classes", "30: no such folder", "3 problems");
    assertThatThrownBy(() -> ClassFolders.read(root.resolve("absent")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("no such folder");
  }

  @Test
  void should_list_every_broken_image_at_once() throws IOException {
    Files.write(root.resolve("Train/1/broken.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G'});
    Files.createFile(root.resolve("Train/2/empty.png"));
    ImageDataset data = ClassFolders.read(root.resolve("Train"));

    assertThatThrownBy(data::verify)
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("2 problems", "broken.png", "empty.png: the file is empty");
  }

  /** The rows are not in the order of the files: labels belong to paths, not to positions. */
  @Test
  void should_join_rows_by_path() throws IOException {
    image("Test/00000.png", 50);
    image("Test/00001.png", 60);
    image("Test/00002.png", 70);
    Files.writeString(
        root.resolve("Test.csv"),
        "Width,ClassId,Path\n2,10,Test/00002.png\n2,1,Test/00000.png\n2,2,Test/00001.png\n");

    ImageDataset data = Gtsrb.test(root, List.of("1", "10", "2"));

    assertThat(data.labels()).containsExactly(1, 0, 2);
    assertThat(mark(data, 0)).isEqualTo(70);
    assertThat(mark(data, 1)).isEqualTo(50);
  }

  @Test
  void should_read_semicolons_and_collect_classes() throws IOException {
    image("00000.png", 50);
    image("00001.png", 60);
    Path csv =
        Files.writeString(
            root.resolve("GT.csv"),
            "Filename;Width;Height;ClassId\n00001.png;2;2;7\n00000.png;2;2;12\n");

    ImageDataset data = CsvImages.read(csv, root, "Filename", "ClassId");

    assertThat(data.classNames()).containsExactly("12", "7");
    assertThat(data.labels()).containsExactly(1, 0);
  }

  /** Spreadsheets write columns without a name. */
  @Test
  void should_count_columns_without_a_name() throws IOException {
    image("0.png", 50);
    image("1.png", 60);
    Path csv =
        Files.writeString(root.resolve("list.csv"), "path,,class,,\n0.png,,cat,,\n1.png,,dog,,\n");
    Path broken =
        Files.writeString(root.resolve("broken.csv"), ",,,,path,class\n0.png,cat\n1.png,dog\n");

    assertThat(CsvImages.read(csv, root, "path", "class").classNames())
        .containsExactly("cat", "dog");
    assertThatThrownBy(() -> CsvImages.read(broken, root, "path", "class"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("broken.csv must have the 6 columns", "line 2: 2 columns");
  }

  @Test
  void should_warn_of_files_that_are_skipped() throws IOException {
    image("cat/1.png", 1);
    Files.createFile(root.resolve("cat/2.heic"));
    Files.createFile(root.resolve("cat/3.heic"));
    Files.createFile(root.resolve("cat/Thumbs.db"));
    Files.createFile(root.resolve("cat/.hidden"));
    image("dog/1.png", 1);
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    try {
      System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
      ClassFolders.read(root);
      assertThat(log.toString(StandardCharsets.UTF_8))
          .contains("by ending: {.heic=2}")
          .doesNotContain("directly in");
      image("loose.png", 1);
      ClassFolders.read(root);
    } finally {
      System.setErr(before);
    }

    assertThat(log.toString(StandardCharsets.UTF_8)).contains("Skipped 1 images directly in");
  }

  @Test
  void should_call_a_file_a_file() throws IOException {
    image("photo.png", 1);

    assertThatThrownBy(() -> ClassFolders.read(root.resolve("photo.png")))
        .hasMessageContaining("photo.png: this is a file");
  }

  @Test
  void should_list_every_row_that_does_not_fit() throws IOException {
    image("Test/00000.png", 1);
    Files.writeString(
        root.resolve("Test.csv"),
        "ClassId,Path\n99,Test/00000.png\n1,Test/absent.png\n1,Test/00000.png\n");

    assertThatThrownBy(() -> Gtsrb.test(root, List.of("1", "2")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("2 problems", "\"99\" is none", "Test/absent.png: no such file");

    Files.writeString(root.resolve("Test.csv"), "ClassId,Path\n1\n");
    assertThatThrownBy(() -> Gtsrb.test(root, List.of("1")))
        .hasMessageContaining("line 2: 1 columns");
    Files.writeString(root.resolve("Test.csv"), "Label,Path\n1,a\n");
    assertThatThrownBy(() -> Gtsrb.test(root, List.of("1")))
        .hasMessageContaining("columns Path and ClassId");
  }

  /** Otherwise the empty label would be trained like any other class. */
  @Test
  void should_not_make_a_class_of_an_empty_label() throws IOException {
    image("a.png", 1);
    image("b.png", 2);
    Path csv =
        Files.writeString(root.resolve("list.csv"), "file,class\na.png,cat\nb.png,\nb.png,dog\n");

    assertThatThrownBy(() -> CsvImages.read(csv, root, "file", "class"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("1 problem)", "b.png: the column class is empty");
  }

  /** As Keras and torchvision do. A link to a file is an image like others. */
  @Test
  @DisabledOnOs(OS.WINDOWS) // where links need privileges
  void should_follow_links() throws IOException {
    image("elsewhere/a.png", 5);
    image("elsewhere/deep/b.png", 6);
    image("pets/dog/c.png", 7);
    Files.createSymbolicLink(root.resolve("pets/cat"), root.resolve("elsewhere"));
    Files.createSymbolicLink(root.resolve("pets/dog/d.png"), root.resolve("elsewhere/a.png"));

    ImageDataset data = ClassFolders.read(root.resolve("pets"));

    assertThat(data.classNames()).containsExactly("cat", "dog");
    assertThat(IntStream.range(0, data.size()).mapToObj(data::name))
        .containsExactly("cat/a.png", "cat/deep/b.png", "dog/c.png", "dog/d.png");
    assertThat(mark(data, 1)).isEqualTo(6);
    assertThat(mark(data, 3)).isEqualTo(5);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void should_refuse_links_that_lead_nowhere_or_in_a_circle() throws IOException {
    image("pets/cat/a.png", 1);
    image("pets/dog/b.png", 2);
    Path broken = Files.createSymbolicLink(root.resolve("pets/cat/c.png"), root.resolve("gone"));
    assertThatThrownBy(() -> ClassFolders.read(root.resolve("pets")).verify())
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("cat/c.png", "this link leads to no file");
    Path csv = Files.writeString(root.resolve("list.csv"), "file,class\npets/cat/c.png,cat\n");
    assertThatThrownBy(() -> CsvImages.read(csv, root, "file", "class"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("pets/cat/c.png: this link leads to no file");
    Files.delete(broken);

    Files.createSymbolicLink(root.resolve("pets/cat/up"), root.resolve("pets"));

    assertThatThrownBy(() -> ClassFolders.read(root.resolve("pets")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("up/cat: links must not lead in a circle");
  }

  /** A notebook keeps copies of images in such folders: one on each side of a split. */
  @Test
  void should_skip_hidden_folders_in_a_class() throws IOException {
    image("pets/cat/a.png", 1);
    image("pets/cat/.ipynb_checkpoints/a-checkpoint.png", 1);
    image("pets/dog/b.png", 2);

    ImageDataset data = ClassFolders.read(root.resolve("pets"));

    assertThat(data.labels()).containsExactly(0, 1);
    assertThat(Images.list(root.resolve("pets"))).hasSize(2);
  }

  /** Spreadsheets write it. */
  /** A no-break space, an ideographic one, and one of no width. */
  @ParameterizedTest
  @ValueSource(strings = {"\u00a0", "\u3000", "\u200b"})
  void should_not_make_a_class_of_what_cannot_be_seen(String unseen) throws IOException {
    image("a.png", 1);
    image("b.png", 2);
    Path empty =
        Files.writeString(
            root.resolve("empty.csv"), "file,class\na.png," + unseen + "\nb.png,dog\n");
    Path around =
        Files.writeString(
            root.resolve("around.csv"), "file,class\na.png,dog" + unseen + "\nb.png,dog\n");

    assertThatThrownBy(() -> CsvImages.read(empty, root, "file", "class"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("1 problem)", "a.png: the column class is empty");
    assertThat(CsvImages.read(around, root, "file", "class").classNames()).containsExactly("dog");
  }

  @Test
  void should_name_the_line_of_a_row_without_a_path() throws IOException {
    image("a.png", 1);
    Path csv = Files.writeString(root.resolve("list.csv"), "file,class\na.png,cat\n,dog\n");

    assertThatThrownBy(() -> CsvImages.read(csv, root, "file", "class"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("1 problem)", "line 3: the column file is empty");
  }

  @Test
  void should_refuse_two_columns_of_a_name_only_if_they_are_read() throws IOException {
    image("a.png", 1);
    Path csv = Files.writeString(root.resolve("list.csv"), "file,x,class,x\na.png,1,cat,2\n");
    Path twice = Files.writeString(root.resolve("twice.csv"), "file,class,class\na.png,cat,dog\n");

    assertThat(CsvImages.read(csv, root, "file", "class").classNames()).containsExactly("cat");
    assertThatThrownBy(() -> CsvImages.read(twice, root, "file", "class"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("each column that is read once", twice + ": class more than once");
  }

  /** UTF-16 without a byte order mark is valid UTF-8 if its letters are Latin. */
  @Test
  void should_refuse_a_list_with_zeros() throws IOException {
    Path csv = Files.writeString(root.resolve("list.csv"), "file,class\na.png,c\0a\0t\0\n");

    assertThatThrownBy(() -> CsvImages.read(csv, root, "file", "class"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("must be in UTF-8", csv + ": line 2 has a character 0");
  }

  @Test
  void should_read_a_list_with_a_byte_order_mark() throws IOException {
    image("a.png", 1);
    image("b.png", 2);
    Path csv =
        Files.writeString(root.resolve("list.csv"), "\ufefffile,class\na.png,cat\nb.png,dog\n");

    ImageDataset data = CsvImages.read(csv, root, "file", "class");

    assertThat(data.classNames()).containsExactly("cat", "dog");
    assertThat(data.size()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"ISO_8859_1, 2", "UTF_16, 1"})
  void should_refuse_a_list_in_another_encoding(String encoding, int line) throws IOException {
    Charset charset = encoding.equals("UTF_16") ? StandardCharsets.UTF_16 : ISO_8859_1;
    Path csv =
        Files.write(
            root.resolve("list.csv"), "file,class\na.png,gr\u00f6\u00dfe\n".getBytes(charset));

    assertThatThrownBy(() -> CsvImages.read(csv, root, "file", "class"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("must be in UTF-8", csv + ": line " + line + " is not");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file,class\n\"a.png,cat\n",
        "file,class\n\"a.png\"x,cat\n",
        "file,class,file\na,b,c\n"
      })
  void should_refuse_a_list_that_is_no_csv(String text) throws IOException {
    Path csv = Files.writeString(root.resolve("list.csv"), text);

    assertThatThrownBy(() -> CsvImages.read(csv, root, "file", "class"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("The listing must be a CSV file", csv + ": ")
        .hasMessageNotContaining("Exception");
  }

  /** Which of them is right cannot be known. The same row twice is no contradiction. */
  @Test
  void should_refuse_a_file_with_two_labels() throws IOException {
    image("a.png", 1);
    image("b.png", 2);
    Path csv =
        Files.writeString(
            root.resolve("list.csv"), "file,class\na.png,cat\nb.png,dog\n./a.png,dog\nb.png,dog\n");

    assertThatThrownBy(() -> CsvImages.read(csv, root, "file", "class"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("1 problem)", "./a.png: two rows have other values for this file");
  }

  /** Otherwise the images of one folder would have two classes. */
  @Test
  void should_refuse_a_class_that_is_named_twice() throws IOException {
    image("cats/cat/a.png", 1);
    image("cats/dog/b.png", 2);

    assertThatThrownBy(() -> ClassFolders.read(root.resolve("cats"), List.of("cat", "dog", "cat")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("distinct", "[cat]");
  }

  @Test
  void should_split_by_track_when_there_is_no_validation_folder() throws IOException {
    MoreFiles.deleteDirectoryContents(root.resolve("Train"), RecursiveDeleteOption.ALLOW_INSECURE);
    for (int label = 0; label < 2; label++) {
      for (int track = 0; track < 10; track++) {
        for (int frame = 0; frame < 6; frame++) {
          image(
              String.format(Locale.ROOT, "Train/%d/%05d_%05d_%05d.png", label, label, track, frame),
              label);
        }
      }
    }
    image("Test/0.png", 1);
    Files.writeString(root.resolve("Test.csv"), "ClassId,Path\n1,Test/0.png\n");

    Gtsrb gtsrb = Gtsrb.read(root, 1);

    assertThat(gtsrb.train().size()).isEqualTo(2 * 28);
    assertThat(gtsrb.valid().size()).isEqualTo(2 * 12);
    assertThat(tracks(gtsrb.train())).doesNotContainAnyElementsOf(tracks(gtsrb.valid()));
  }

  /**
   * A class folder without images, an unknown class, and a missing, an empty and a corrupt file.
   */
  @Test
  void should_list_every_problem_of_a_benchmark_in_one_error() throws IOException {
    image("Valid/1/a.png", 1);
    image("Valid/10/a.png", 1);
    Files.createDirectories(root.resolve("Valid/2"));
    Files.createFile(root.resolve("Train/2/empty.png"));
    image("Test/0.png", 1);
    Files.writeString(root.resolve("Test/1.png"), "corrupt");
    Files.writeString(
        root.resolve("Test.csv"), "ClassId,Path\n77,Test/0.png\n1,Test/1.png\n1,Test/absent.png\n");

    assertThatThrownBy(() -> Gtsrb.read(root, 1))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(
            "5 problems",
            Path.of("Valid", "2") + ": no image in the folder",
            "class \"77\" is none",
            "Test/absent.png: no such file",
            "empty.png: the file is empty",
            "1.png: the file must be a PNG");
  }

  private static List<String> tracks(ImageDataset data) {
    return IntStream.range(0, data.size())
        .mapToObj(i -> Gtsrb.track(data.name(i)))
        .distinct()
        .toList();
  }
}
