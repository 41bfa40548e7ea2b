package dev.finetune.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.finetune.train.EpochResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardObserverTest {

  private static final Instant START = Instant.ofEpochMilli(1_700_000_000_250L);

  @TempDir Path folder;

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  /** Returns a clock that is one second later each time. */
  private static InstantSource ticking() {
    return new InstantSource() {
      private int seconds;

      @Override
      public Instant instant() {
        return START.plusSeconds(seconds++);
      }
    };
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static List<EventRecords.Event> events(Path folder) throws IOException {
    List<Path> files = files(folder);
    return EventRecords.read(files.get(files.size() - 1));
  }

  @Test
  void should_write_the_same_bytes_as_tensorboards_own_writer() throws IOException {
    Results.train(TensorBoardObserver.at(folder, ticking()).everySteps(2));

    assertThat(files(folder)).hasSize(1);
    assertThat(files(folder).get(0).getFileName().toString())
        .startsWith("events.out.tfevents.1700000000.");
    try (InputStream golden = getClass().getResourceAsStream("/goldens/training.tfevents")) {
      assertThat(files(folder).get(0)).hasBinaryContent(golden.readAllBytes());
    }
  }

  @Test
  void should_write_each_epoch_and_each_step_by_default() throws IOException {
    double before = System.currentTimeMillis() / 1e3;
    Results.train(TensorBoardObserver.at(folder.resolve("runs/first")));
    double after = System.currentTimeMillis() / 1e3;

    List<EventRecords.Event> events = events(folder.resolve("runs/first"));
    assertThat(events.get(0).version()).isEqualTo("brain.Event:2");
    assertThat(events.get(1).session()).isEqualTo(1);
    assertThat(events)
        .extracting(EventRecords.Event::step)
        .containsExactly(0L, 1L, 1L, 2L, 3L, 1L, 4L, 5L, 6L, 2L);
    assertThat(events.get(2).scalars()).containsExactly(Map.entry("step/loss", 2f));
    assertThat(events.get(5).scalars())
        .containsExactly(
            Map.entry("loss/train", 1.25f),
            Map.entry("loss/valid", 1.375f),
            Map.entry("score/train", 0.5f),
            Map.entry("score/valid", 0.4f),
            Map.entry("speed/images_per_second", 120.5f),
            Map.entry("speed/seconds", 3.25f),
            Map.entry("speed/wait_seconds", 0.125f),
            Map.entry("metric/größe", 7f));
    // Milliseconds are cut off before, but not in the events.
    assertThat(events)
        .allSatisfy(
            e ->
                assertThat(e.wallTime())
                    .isCloseTo((before + after) / 2, within(after - before + 0.001)));
  }

  @Test
  void should_have_each_event_in_the_file_before_training_continues() throws IOException {
    TensorBoardObserver observer = TensorBoardObserver.at(folder);

    observer.trainingStarted(Results.start(12, 6, 2));
    assertThat(events(folder)).hasSize(1);
    observer.batchEnded(Results.step(1, 1, 2.0));
    assertThat(events(folder)).hasSize(3);
    observer.epochEnded(Results.FIRST);
    assertThat(events(folder)).hasSize(4);
  }

  @Test
  void should_continue_a_run_in_another_file() throws IOException {
    Results.train(TensorBoardObserver.at(folder, InstantSource.fixed(START)));
    Path first = files(folder).get(0);
    byte[] before = Files.readAllBytes(first);

    TensorBoardObserver resumed = TensorBoardObserver.at(folder, InstantSource.fixed(START));
    resumed.trainingStarted(Results.start(12, 6, 2));
    resumed.batchEnded(Results.step(2, 2, 0.9));

    assertThat(files(folder)).hasSize(2).first().isEqualTo(first);
    assertThat(first).hasBinaryContent(before);
    // TensorBoard drops the steps from 5 on that the first file has.
    assertThat(events(folder).get(1).session()).isEqualTo(1);
    assertThat(events(folder).get(1).step()).isEqualTo(5);
  }

  @Test
  void should_serve_one_training_after_another() throws IOException {
    TensorBoardObserver observer = TensorBoardObserver.at(folder, InstantSource.fixed(START));
    Results.train(observer);
    Results.train(observer);

    assertThat(files(folder)).hasSize(2);
    assertThat(files(folder).get(1)).hasSameBinaryContentAs(files(folder).get(0));
  }

  @Test
  void should_count_more_steps_than_an_int_holds() throws IOException {
    TensorBoardObserver observer = TensorBoardObserver.at(folder);
    observer.trainingStarted(Results.start(12, 6, 2));
    observer.batchEnded(new dev.finetune.train.BatchResult(3, 3, 1, Integer.MAX_VALUE, 1, 1, 1, 1));

    assertThat(events(folder).get(1).step()).isEqualTo(2L * Integer.MAX_VALUE + 1);
  }

  @Test
  void should_write_in_an_interrupted_thread() throws IOException {
    TensorBoardObserver observer = TensorBoardObserver.at(folder);
    observer.trainingStarted(Results.start(12, 6, 2));
    Thread.currentThread().interrupt();
    observer.epochEnded(Results.FIRST);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(events(folder)).hasSize(2);
  }

  @Test
  void should_fail_when_the_folder_is_gone() throws IOException {
    Path run = folder.resolve("run");
    TensorBoardObserver observer = TensorBoardObserver.at(run);
    observer.trainingStarted(Results.start(12, 6, 2));
    Files.delete(files(run).get(0));
    Files.delete(run);

    EpochResult result = Results.FIRST;
    assertThatThrownBy(() -> observer.epochEnded(result))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContainingAll("run", "events.out.tfevents", ": writing failed: ");
  }

  @Test
  void should_refuse_a_file() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorBoardObserver.at(file))
        .withMessage("folder must be a directory, got the file " + file);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorBoardObserver.at(file.resolve("a/b")))
        .withMessage(
            "folder must be in a directory, got " + file + "/a/b, where " + file + " is a file");
  }

  @Test
  void should_refuse_other_file_systems() throws IOException {
    URI zip = URI.create("jar:" + folder.resolve("a.zip").toUri());
    try (FileSystem system = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> TensorBoardObserver.at(system.getPath("/run")))
          .withMessageStartingWith("folder must be on the default file system, got jar:");
    }
  }

  @Test
  @SuppressWarnings("NullAway") // the subject
  void should_refuse_null_and_a_distance_of_zero() {
    assertThatNullPointerException()
        .isThrownBy(() -> TensorBoardObserver.at(null))
        .withMessage("folder must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorBoardObserver.at(folder).everySteps(0))
        .withMessage("everySteps must be >= 1, got 0");
  }

  @Test
  void should_require_the_start_of_a_training_first() {
    assertThatThrownBy(() -> TensorBoardObserver.at(folder).epochEnded(Results.FIRST))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("trainingStarted must be called before other events");
  }
}
