package org.example.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each piece of Java in the README and in docs/ occurs in a source file, so it compiles. */
class ReadmeTest {

  private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
  private static final List<String> SOURCES =
      List.of(
          "finetune-examples/src/main/java/org/example",
          "finetune-examples/src/test/java/org/example",
          "finetune-dl4j/src/test/java/dev/finetune/dl4j");

  static Stream<String> pieces() throws IOException {
    try (Stream<Path> docs = Files.list(Path.of("docs"))) {
      List<Path> files =
          Stream.concat(
                  Stream.of(Path.of("README.md")),
                  docs.filter(file -> file.toString().endsWith(".md")))
              .toList();
      return files.stream()
          .flatMap(file -> JAVA.matcher(text(file)).results())
          .map(match -> match.group(1));
    }
  }

  @ParameterizedTest
  @MethodSource("pieces")
  void should_be_in_a_source_file(String piece) throws IOException {
    String sources = SOURCES.stream().map(ReadmeTest::sources).collect(Collectors.joining());

    assertThat(plain(sources)).contains(plain(piece));
  }

  private static String sources(String folder) {
    try (Stream<Path> files = Files.walk(Path.of(folder))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(ReadmeTest::text)
          .collect(Collectors.joining());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without white space and comments at the end of lines, which differ by the formatter's width. */
  private static String plain(String java) {
    return java.replaceAll("(?m)\\s//.*$", "").replaceAll("\\s", "");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
