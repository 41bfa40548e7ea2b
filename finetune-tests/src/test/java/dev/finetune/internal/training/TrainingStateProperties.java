package dev.finetune.internal.training;

import static dev.finetune.head.HeadLayers.batchNorm;
import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.head.HeadLayers.dropout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.backbone.Backbone;
import dev.finetune.engine.EngineOptions;
import dev.finetune.freeze.Freeze;
import dev.finetune.freeze.Phase;
import dev.finetune.graph.LayerGraph;
import dev.finetune.head.HeadGraph;
import dev.finetune.image.Augmentations;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.Adam;
import dev.finetune.train.EpochResult;
import dev.finetune.train.Keep;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.RandomWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** Training that is resumed from a file produces the same bits as uninterrupted training. */
@Tag("numeric")
class TrainingStateProperties {

  private static final int BATCH = 4;
  private static final int EPOCHS = 3;
  private static final SyntheticImages TRAIN = new SyntheticImages(3, 10, 8, 1);
  private static final SyntheticImages VALID = new SyntheticImages(3, 5, 8, 2);
  private static final int STEPS = (TRAIN.size() + BATCH - 1) / BATCH;

  @Property(tries = 12, seed = "11")
  void should_resume_with_identical_results(
      @ForAll("engines") String engine,
      @ForAll @IntRange(max = 5) int trainable,
      @ForAll boolean augmented,
      @ForAll Keep keep,
      @ForAll @IntRange(max = 3 * 8 - 1) int at)
      throws IOException {
    List<TrainingState> taken = new ArrayList<>();
    int[] step = {0};
    TrainOptions options = options(augmented, keep);
    StateObserver takesOne =
        state -> {
          if (step[0]++ == at % (EPOCHS * STEPS)) {
            taken.add(state.get());
          }
        };

    Trainer.Result through = new Trainer(job(engine, trainable, options, List.of(takesOne))).run();
    TrainingState state = throughFile(taken.get(0));
    Trainer.Result resumed = Trainer.from(state, job(engine, trainable, options, List.of())).run();

    assertThat(step[0]).isEqualTo(EPOCHS * STEPS);
    assertThat((state.epoch() - 1) * STEPS + state.step() - 1).isEqualTo(at % (EPOCHS * STEPS));
    assertThat(resumed.weights().tensors()).isEqualTo(through.weights().tensors());
    assertThat(timeless(resumed)).isEqualTo(timeless(through));
  }

  private static TrainingState throughFile(TrainingState state) throws IOException {
    Path file = Files.createTempFile("state", ".zip");
    try {
      TrainingStateFile.write(state, file);
      return TrainingStateFile.read(file);
    } finally {
      Files.delete(file);
    }
  }

  /**
   * Damages every 97th byte. The test of model files, which are the same kind of archive, has all.
   */
  @Example
  void should_refuse_a_file_that_is_damaged_or_cut_off() throws IOException {
    Path file = Files.createTempFile("state", ".zip");
    try {
      TrainingStateFile.write(first(), file);
      byte[] whole = Files.readAllBytes(file);
      int refused = 0;
      for (int at = 0; at < whole.length; at += 97) {
        byte[] damaged = whole.clone();
        damaged[at] ^= 0x20;
        refused += refused(file, damaged, at);
        if (at % 5 == 0) {
          assertThat(refused(file, Arrays.copyOf(whole, at), at)).isEqualTo(1);
        }
      }
      assertThat(refused).isGreaterThan(whole.length / 97 / 2);
    } finally {
      Files.delete(file);
    }
  }

  /** Returns 1 if the file is refused with its name, 0 if it has the same values. */
  private static int refused(Path file, byte[] content, int at) throws IOException {
    Files.write(file, content);
    TrainingState read;
    try {
      read = TrainingStateFile.read(file);
    } catch (IOException e) {
      assertThat(e).as("byte %s", at).hasMessageContaining(file.toString());
      return 1;
    }
    TrainingState whole = first();
    assertThat(read.settings()).isEqualTo(whole.settings());
    assertThat(read.learner().weights().tensors()).isEqualTo(whole.learner().weights().tensors());
    assertThat(read.learner().slots().keySet()).isEqualTo(whole.learner().slots().keySet());
    return 0;
  }

  /** Returns the state after the first step of a training. */
  private static TrainingState first() {
    List<TrainingState> taken = new ArrayList<>();
    StateObserver takesFirst =
        state -> {
          if (taken.isEmpty()) {
            taken.add(state.get());
          }
        };
    new Trainer(job("onednn", 2, options(false, Keep.LAST).epochs(1), List.of(takesFirst))).run();
    return taken.get(0);
  }

  @Example
  void should_list_every_setting_that_differs() {
    TrainOptions options = options(false, Keep.LAST);
    TrainingState state = first();

    assertThatThrownBy(
            () -> Trainer.from(state, job("onednn", 2, options.batch(5).seed(8), List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "A resumed training must have the settings that it started with: seed was 7, got 8;"
                + " batch was 4, got 5");
  }

  @Example
  void should_refuse_fewer_epochs_than_were_started() {
    TrainingState state = first();
    TrainOptions longer = options(false, Keep.LAST);
    List<TrainingState> last = new ArrayList<>();
    StateObserver takesLast =
        now -> {
          last.clear();
          last.add(now.get());
        };
    Trainer.from(state, job("onednn", 2, longer, List.of(takesLast))).run();

    assertThatThrownBy(
            () -> Trainer.from(last.get(0), job("onednn", 2, longer.epochs(2), List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("epochs must be >= 3, the epoch of the training state, got 2");
  }

  @Provide
  Arbitrary<String> engines() {
    return Arbitraries.of("onednn", "dl4j");
  }

  private static TrainOptions options(boolean augmented, Keep keep) {
    TrainOptions options =
        TrainOptions.defaults()
            .epochs(EPOCHS)
            .batch(BATCH)
            .optimizer(Adam.adam(3e-3))
            .keep(keep)
            .seed(7);
    return augmented ? options.augment(Augmentations.affine(10, 0.1, 0.1), 2) : options;
  }

  private static TrainingJob job(
      String engine, int trainable, TrainOptions options, List<StateObserver> states) {
    Backbone backbone = RandomBackbones.backbone(6, 3);
    LayerGraph network =
        HeadGraph.append(backbone.graph(), List.of(dense(6), batchNorm(), dropout(0.3)), 3);
    return new TrainingJob(
        network,
        Map.of(),
        backbone.graph().names(),
        List.of(new Phase(1, "some", Freeze.allBut(trainable).frozenLayers(backbone.graph()))),
        RandomWeights.glorot(network, 5).plus(backbone.weights()),
        backbone.input(),
        EngineOptions.defaults().engine(engine),
        TaskData.classes(TRAIN, VALID),
        options,
        states,
        ModelWriter.NONE);
  }

  /** Returns the results of each epoch with its times set to 0. */
  private static List<EpochResult> timeless(Trainer.Result result) {
    return result.history().epochs().stream()
        .map(
            e ->
                new EpochResult(
                    e.epoch(),
                    e.trainLoss(),
                    e.trainScore(),
                    e.validLoss(),
                    e.validScore(),
                    0,
                    0,
                    0,
                    e.metrics()))
        .toList();
  }
}
