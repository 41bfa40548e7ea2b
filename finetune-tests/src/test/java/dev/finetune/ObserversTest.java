package dev.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import dev.finetune.data.ImageDataset;
import dev.finetune.observe.CsvObserver;
import dev.finetune.observe.MicrometerObserver;
import dev.finetune.observe.TensorBoardObserver;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.EpochResult;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The observers of finetune-observers in a training. */
class ObserversTest {

  private static final ImageDataset TRAIN = new SyntheticImages(3, 12, 8, 1);
  private static final ImageDataset VALID = new SyntheticImages(3, 6, 8, 2);

  @TempDir Path folder;

  private static FineTunedModel train(TrainOptions options) {
    return FineTune.from(RandomBackbones.backbone(6, 5))
        .freezeUpTo("layer1")
        .train(TRAIN, VALID, options.epochs(3));
  }

  private static ImmutableList<Path> eventFiles(Path run) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(run, "*tfevents*")) {
      return ImmutableList.copyOf(files);
    }
  }

  /** The example in package-info.java of dev.finetune.observe, with another folder. */
  private static TrainOptions example(Path runs, MeterRegistry registry) {
    return TrainOptions.defaults()
        .observer(CsvObserver.at(runs.resolve("first/epochs.csv")))
        .observer(TensorBoardObserver.at(runs.resolve("first")).everySteps(10))
        .observer(MicrometerObserver.of(registry, Tags.of("run", "first")));
  }

  @Test
  void should_write_what_the_history_has() throws IOException {
    MeterRegistry registry = new SimpleMeterRegistry();
    FineTunedModel model = train(example(folder, registry));

    assertThat(folder.resolve("first/epochs.csv")).hasContent(model.history().toCsv());
    assertThat(eventFiles(folder.resolve("first"))).hasSize(1);
    assertThat(registry.get("finetune.training.loss").tag("images", "valid").gauge().value())
        .isEqualTo(model.history().last().validLoss());
    assertThat(registry.get("finetune.training.images").counter().count()).isEqualTo(36);
    assertThat(registry.get("finetune.training.progress").gauge().value()).isEqualTo(1);
  }

  @Test
  void should_continue_the_table_and_the_curves_of_a_training_that_resumes() throws IOException {
    TrainingObserver failing =
        new TrainingObserver() {
          @Override
          public void epochEnded(EpochResult result) {
            if (result.epoch() == 2) {
              throw new IllegalStateException("full");
            }
          }
        };
    MeterRegistry registry = new SimpleMeterRegistry();
    Path table = folder.resolve("first/epochs.csv");
    Path checkpoints = folder.resolve("checkpoints");
    TrainOptions options = example(folder, registry);

    assertThatThrownBy(() -> train(options.checkpointAt(checkpoints).observer(failing)))
        .hasStackTraceContaining("full");
    assertThat(table).content().hasLineCount(3);

    // Epoch 2 has no checkpoint, and is trained and written again.
    FineTunedModel model = train(options.resume(checkpoints));
    assertThat(table).hasContent(model.history().toCsv());
    assertThat(eventFiles(folder.resolve("first"))).hasSize(2);
    assertThat(registry.get("finetune.training.runs").tag("outcome", "failed").counter().count())
        .isEqualTo(1);
    assertThat(registry.get("finetune.training.runs").tag("outcome", "completed").counter().count())
        .isEqualTo(1);
  }

  @Test
  void should_end_the_training_when_an_observer_cannot_write() throws IOException {
    Path table = folder.resolve("epochs.csv");
    TrainOptions options = TrainOptions.defaults().observer(CsvObserver.at(table));
    Files.createDirectory(table);

    assertThatThrownBy(() -> train(options))
        .hasMessageContainingAll(CsvObserver.class.getName(), "trainingStarted", table.toString());
  }
}
