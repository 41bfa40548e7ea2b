package dev.finetune.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replays the seeds of each target, and the inputs that were found by fuzzing. */
class CorpusTest {

  private static final String LIMIT = "finetune.maxPixels";

  /** Ends a test that hangs; it says nothing about speed. */
  private static final Duration HANG = Duration.ofMinutes(2);

  @TempDir Path folder;

  @BeforeAll
  static void limitPixels() {
    System.setProperty(LIMIT, String.valueOf(Reading.MOST_PIXELS));
  }

  @AfterAll
  static void resetLimit() {
    System.clearProperty(LIMIT);
  }

  /** Returns the files that were found, each named by what is wrong with it. */
  private static List<Path> found(Target target) throws IOException {
    Path kept = Campaign.CORPUS.resolve(target.folder());
    if (!Files.isDirectory(kept)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(kept)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @EnumSource
  void should_read_or_refuse(Target target) throws IOException {
    List<byte[]> seeds = new Seeds(Path.of("")).of(target, folder);
    assertThat(seeds).isNotEmpty();
    for (byte[] seed : seeds) {
      assertTimeoutPreemptively(HANG, () -> target.run(folder, seed));
    }
    for (Path file : found(target)) {
      byte[] input = Files.readAllBytes(file);
      assertTimeoutPreemptively(HANG, () -> target.run(folder, input), file.toString());
    }
  }
}
