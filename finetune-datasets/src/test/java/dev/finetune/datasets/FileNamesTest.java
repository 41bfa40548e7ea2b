package dev.finetune.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads names outside ASCII in a real process without a locale. */
class FileNamesTest {

  private static final String RULE =
      ": the name must be expressible in the encoding of file names of this JVM, sun.jnu.encoding"
          + " ANSI_X3.4-1968; start Java with LC_ALL=C.UTF-8";

  @TempDir Path directory;

  /**
   * A program that reads class folders or a list and prints the class names, or why they are
   * refused.
   */
  public static final class Reader {
    private Reader() {}

    public static void main(String[] args) throws IOException {
      Path root = Path.of(args[0]);
      try {
        System.out.println(
            (args.length == 1
                    ? ClassFolders.read(root)
                    : args[1].equals("list")
                        ? CsvImages.read(root.resolve("list.csv"), root, "path", "class")
                        : ClassFolders.read(root, List.of("a", new String(new char[] {'b', 0xe4}))))
                .classNames());
      } catch (IllegalArgumentException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @BeforeEach
  void requireLinux() {
    assumeTrue(
        System.getProperty("os.name").equals("Linux")
            && "UTF-8".equals(System.getProperty("sun.jnu.encoding")),
        "The test must be able to create names outside ASCII, and LC_ALL=C must forbid them");
  }

  private void image(String path) throws IOException {
    Path file = directory.resolve(path);
    Files.createDirectories(file.getParent());
    Files.createFile(file);
  }

  private String read(String locale, String... more) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Reader.class.getName(),
            directory.toString());
    builder.command().addAll(List.of(more));
    builder.environment().put("LC_ALL", locale);
    Process process = builder.redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return out;
  }

  @Test
  void aFolderThatJavaCannotNameIsRefused() throws IOException, InterruptedException {
    image("größe/1.png");
    image("a/1.png");
    image(".größe/1.png");

    assertThat(read("C"))
        .contains("Every class must have a folder that Java can name (1 problem)", "/gr", RULE);
    assertThat(read("C.UTF-8")).isEqualTo("[a, größe]\n");
  }

  @Test
  void anImageThatJavaCannotNameIsRefused() throws IOException, InterruptedException {
    image("a/bär.png");
    image("a/größe.txt");
    image("b/1.png");

    assertThat(read("C")).contains("(1 problem)", "/a/b", RULE);
  }

  @Test
  void aClassThatJavaCannotNameHasNoFolder() throws IOException, InterruptedException {
    image("a/1.png");

    assertThat(read("C", "classes")).contains(directory + "/b", ": no such folder");
  }

  @Test
  void aRowWhoseFileJavaCannotNameIsRefused() throws IOException, InterruptedException {
    image("1.png");
    image("größe.png");
    Files.writeString(directory.resolve("list.csv"), "path,class\n1.png,a\ngröße.png,größe\n");

    assertThat(read("C", "list")).contains("(1 problem)", ".png" + RULE);
    assertThat(read("C.UTF-8", "list")).isEqualTo("[a, größe]\n");
  }

  /** No locale can express what is not UTF-8. */
  @Test
  void aNameThatIsWrongInEveryLocaleIsNotPassedOver() {
    assertThat(FileNames.isExpressible(directory)).isTrue();
    assertThat(FileNames.rule())
        .isEqualTo(
            "must be expressible in the encoding of file names of this JVM, sun.jnu.encoding UTF-8;"
                + " rename it");
  }

  @Test
  void classesThatLookEqualAreExplained() throws IOException {
    image("gro\u0308ße/1.png");
    image("a/1.png");

    assertThatThrownBy(() -> ClassFolders.read(directory, List.of("a", "gr\u00f6ße")))
        .hasMessageContaining(
            "gro\u0308ße: this folder is none of the classes. In both are [gro\u0308ße], which"
                + " differ only in Unicode normalisation: one side has composed letters (NFC), the"
                + " other decomposed ones (NFD). Rename one of them");
  }
}
