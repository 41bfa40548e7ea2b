package dev.finetune;

import static dev.finetune.SmallTraining.OPTIONS;
import static dev.finetune.SmallTraining.STEPS_PER_EPOCH;
import static dev.finetune.SmallTraining.fineTune;
import static dev.finetune.SmallTraining.timeless;
import static dev.finetune.SmallTraining.train;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.finetune.freeze.Freeze;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.BatchResult;
import dev.finetune.train.StopSignal;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingEnd;
import dev.finetune.train.TrainingObserver;
import dev.finetune.train.TrainingStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A training that stops at any step is resumed from its checkpoint with the same bits. */
class CheckpointTest {

  @TempDir private Path folder;

  /** Stops a training after a number of steps, in all its runs together. */
  private static TrainOptions stopAt(TrainOptions options, int steps) {
    StopSignal signal = new StopSignal();
    return options
        .stopSignal(signal)
        .observer(
            new TrainingObserver() {
              @Override
              public void batchEnded(BatchResult result) {
                if ((result.epoch() - 1) * STEPS_PER_EPOCH + result.batch() >= steps) {
                  signal.request();
                }
              }
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 8, 11, 21})
  void resumes_with_the_same_bits(int steps) {
    FineTunedModel through = train(OPTIONS);

    FineTunedModel stopped = train(stopAt(OPTIONS.checkpointAt(folder), steps));
    FineTunedModel resumed = train(OPTIONS.resume(folder));

    assertThat(stopped.history().end()).isEqualTo(TrainingEnd.REQUESTED);
    assertThat(resumed.weights().tensors()).isEqualTo(through.weights().tensors());
    assertThat(timeless(resumed.history())).isEqualTo(timeless(through.history()));
    assertThat(resumed.history().end()).isEqualTo(TrainingEnd.COMPLETED);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 7, 8, 9, 16, 17})
  void resumes_with_the_same_bits_while_stages_are_unfrozen(int steps) {
    TrainOptions options = OPTIONS.average(0.9).accumulate(2).batch(4).clip(1);
    FineTunedModel through = unfreezing(options);

    unfreezing(stopAt(options.checkpointAt(folder), steps));
    FineTunedModel resumed = unfreezing(options.resume(folder));

    assertThat(resumed.weights().tensors()).isEqualTo(through.weights().tensors());
    assertThat(timeless(resumed.history())).isEqualTo(timeless(through.history()));
  }

  private static FineTunedModel unfreezing(TrainOptions options) {
    return FineTune.from(SmallTraining.backbone())
        .freezeAll()
        .unfreezeAt(3, Freeze.upToStage(2))
        .unfreezeAt(5, Freeze.none())
        .train(SmallTraining.TRAIN, SmallTraining.VALID, options);
  }

  @Test
  void writes_the_state_and_the_best_model_and_nothing_else() throws IOException {
    FineTunedModel model = train(OPTIONS.checkpointAt(folder));

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(Path::getFileName).map(Path::toString))
          .containsExactlyInAnyOrder("state.zip", "best.zip", "lock");
    }
    try (FineTunedModel best = FineTunedModel.load(folder.resolve("best.zip"))) {
      assertThat(best.weights().tensors()).isEqualTo(model.weights().tensors());
      assertThat(best.history().last().epoch()).isEqualTo(model.history().best().epoch());
    }
  }

  @Test
  void trains_more_epochs_from_the_checkpoint_of_a_completed_training() {
    train(OPTIONS.epochs(4).checkpointAt(folder));

    FineTunedModel longer = train(OPTIONS.resume(folder));

    assertThat(longer.weights().tensors()).isEqualTo(train(OPTIONS).weights().tensors());
    assertThat(train(OPTIONS.resume(folder)).weights().tensors())
        .isEqualTo(longer.weights().tensors());
  }

  @Test
  void starts_from_the_beginning_without_a_checkpoint_and_says_how_far_it_was_with_one() {
    List<Integer> finished = new ArrayList<>();
    TrainOptions options =
        OPTIONS
            .resume(folder)
            .observer(
                new TrainingObserver() {
                  @Override
                  public void trainingStarted(TrainingStart start) {
                    finished.add(start.finished());
                  }
                });

    train(options.epochs(2));
    train(options.epochs(3));

    assertThat(finished).containsExactly(0, 2);
  }

  @Test
  void refuses_to_replace_the_checkpoint_of_another_training() throws IOException {
    train(OPTIONS.epochs(1).checkpointAt(folder));
    byte[] before = Files.readAllBytes(folder.resolve("state.zip"));

    assertThatThrownBy(() -> train(OPTIONS.checkpointAt(folder)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "A new training must not replace a checkpoint, got "
                + folder.resolve("state.zip")
                + ": call resume(folder) to continue that training, or delete the file");
    assertThat(Files.readAllBytes(folder.resolve("state.zip"))).isEqualTo(before);
  }

  @Test
  void lists_the_options_and_the_dataset_that_changed() {
    train(OPTIONS.epochs(1).checkpointAt(folder));

    assertThatThrownBy(
            () ->
                fineTune()
                    .train(
                        new SyntheticImages(3, 31, 8, 1),
                        SmallTraining.VALID,
                        OPTIONS.resume(folder).seed(4).clip(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "A resumed training must have the settings that it started with: train was 30 images,")
        .hasMessageContaining("got 31 images,")
        .hasMessageContaining("; seed was 3, got 4; ")
        .hasMessageContaining("clip was Infinity, got 2.0");
  }

  @Test
  void refuses_a_folder_that_another_training_uses() {
    TrainOptions outer =
        OPTIONS
            .checkpointAt(folder)
            .observer(
                new TrainingObserver() {
                  @Override
                  public void batchEnded(BatchResult result) {
                    train(OPTIONS.resume(folder));
                  }
                });

    assertThatThrownBy(() -> train(outer))
        .rootCause()
        .hasMessage(
            "A folder of checkpoints must be used by one training at a time, got " + folder);
  }

  @Test
  void deletes_what_a_killed_process_left_unfinished() throws IOException {
    Files.writeString(folder.resolve("state.zip.1f.tmp"), "half a state");
    Files.writeString(folder.resolve("best.zip.20.tmp"), "half a model");
    Files.writeString(folder.resolve("mine.txt"), "not a checkpoint");

    train(OPTIONS.epochs(1).checkpointAt(folder));

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(Path::getFileName).map(Path::toString))
          .containsExactlyInAnyOrder("state.zip", "best.zip", "lock", "mine.txt");
    }
  }

  @Test
  void names_a_damaged_checkpoint_and_leaves_it_alone() throws IOException {
    train(OPTIONS.epochs(1).checkpointAt(folder));
    Path state = folder.resolve("state.zip");
    byte[] bytes = Files.readAllBytes(state);
    bytes[bytes.length / 2] ^= 1;
    Files.write(state, bytes);

    assertThatThrownBy(() -> train(OPTIONS.resume(folder)))
        .isInstanceOf(java.io.UncheckedIOException.class)
        .hasMessageContaining(state.toString());
    assertThat(Files.readAllBytes(state)).isEqualTo(bytes);
  }

  @Test
  void keeps_the_last_checkpoint_and_the_model_if_one_cannot_be_written() throws IOException {
    Path state = folder.resolve("state.zip");
    byte[][] last = new byte[1][];
    TrainOptions options =
        OPTIONS
            .checkpointAt(folder)
            .observer(
                new TrainingObserver() {
                  @Override
                  public void batchEnded(BatchResult result) {
                    if (result.epoch() == 3 && result.batch() == 1) {
                      last[0] = readAndBlock(state);
                    }
                  }
                });

    TrainingFailedException e =
        catchThrowableOfType(TrainingFailedException.class, () -> train(options));

    assertThat(e).hasMessageContaining("A checkpoint must be writable").hasMessageContaining("zip");
    assertThat(e.lastFinite()).isPresent();
    assertThat(last[0]).isNotEmpty();
  }

  /** Replaces the state by a folder that is not empty, which no file can replace. */
  private static byte[] readAndBlock(Path state) {
    try {
      byte[] bytes = Files.readAllBytes(state);
      Files.delete(state);
      Files.createDirectories(state.resolve("full"));
      return bytes;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void refuses_two_folders() {
    assertThatThrownBy(() -> OPTIONS.checkpointAt(Path.of("a")).resume(Path.of("b")))
        .hasMessage("Set checkpoints only once, got checkpointAt(a) and then resume(b)");
  }
}
