package org.example.tasks;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every task is there, and each is short. */
class TasksTest {

  private static final Path SOURCES = Path.of("finetune-tests/src/test/java/org/example/tasks");
  private static final Pattern TASK =
      Pattern.compile("^ *// Task: (.+)\\R((?s:.*?))^ *// End$", Pattern.MULTILINE);
  private static final int MOST_LINES = 25;

  @Test
  void are_all_there_and_none_has_more_than_25_lines() throws IOException {
    Map<String, Long> lines;
    try (Stream<Path> files = Files.list(SOURCES)) {
      lines =
          files
              .filter(file -> file.toString().endsWith("TasksTest.java"))
              .flatMap(TasksTest::tasks)
              .collect(toMap(task -> task.group(1), task -> task.group(2).lines().count()));
    }

    assertThat(lines)
        .containsOnlyKeys(
            List.of(
                "own folder",
                "service",
                "embeddings",
                "batch",
                "data from a database column",
                "group split",
                "own augmentation",
                "own head",
                "confusion matrix",
                "backbone of Deeplearning4j",
                "own torch network",
                "own freezing",
                "schedule",
                "early stopping",
                "class weights",
                "another optimizer",
                "continue with a new class",
                "resume",
                "tags",
                "values",
                "own loss",
                "own metric"))
        .hasSize(22);
    assertThat(lines)
        .allSatisfy((task, count) -> assertThat(count).as(task).isBetween(1L, (long) MOST_LINES));
  }

  private static Stream<MatchResult> tasks(Path file) {
    try {
      return TASK.matcher(Files.readString(file)).results();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
