package dev.finetune.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.train.EpochResult;
import dev.finetune.train.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class CsvObserverProperties {

  private static List<EpochResult> epochs(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(e -> new EpochResult(e, 1.0 / e, 0.5, 2.0 / e, 0.4, 3, 10, 0, Map.of("a", 1.0)))
        .toList();
  }

  /** A training is killed, perhaps while it writes a line, and resumes at an earlier epoch. */
  @Property(tries = 200, seed = "20261127")
  void should_have_the_same_table_after_a_training_was_killed_and_resumed(
      @ForAll @IntRange(min = 1, max = 12) int count,
      @ForAll @DoubleRange(min = 0, max = 1) double written,
      @ForAll @DoubleRange(min = 0, max = 1) double checkpoint)
      throws IOException {
    List<EpochResult> epochs = epochs(count);
    byte[] whole = new History(epochs, 0).toCsv().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    byte[] left = Arrays.copyOf(whole, (int) Math.round(written * whole.length));
    long lines = new String(left, java.nio.charset.StandardCharsets.UTF_8).lines().count();
    int finished = (int) Math.max(0, lines - 2);
    int from = (int) Math.round(checkpoint * finished);
    Path file = Files.createTempFile("epochs", ".csv");
    try {
      // A heading is written together with the first line, so it is whole or absent.
      Files.write(file, finished == 0 ? new byte[0] : left);
      CsvObserver observer = CsvObserver.at(file);
      observer.trainingStarted(Results.start(1, 1, count));
      epochs.subList(from, count).forEach(observer::epochEnded);

      assertThat(file).hasBinaryContent(whole);
    } finally {
      Files.delete(file);
    }
  }
}
