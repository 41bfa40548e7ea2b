package dev.finetune.internal.training;

import static dev.finetune.head.HeadLayers.batchNorm;
import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.head.HeadLayers.dropout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.backbone.Backbone;
import dev.finetune.engine.EngineOptions;
import dev.finetune.freeze.Freeze;
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
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** A training that goes on from a state gives the bits of one that was never interrupted. */
@Tag("numeric")
class TrainingStateProperties {

  private static final int BATCH = 4;
  private static final int EPOCHS = 3;
  private static final SyntheticImages TRAIN = new SyntheticImages(3, 10, 8, 1);
  private static final SyntheticImages VALID = new SyntheticImages(3, 5, 8, 2);
  private static final int STEPS = (TRAIN.size() + BATCH - 1) / BATCH;

  @Property(tries = 12, seed = "11")
  void should_go_on_as_if_nothing_had_happened(
      @ForAll("engines") String engine,
      @ForAll @IntRange(max = 5) int trainable,
      @ForAll boolean augmented,
      @ForAll Keep keep,
      @ForAll @IntRange(max = 3 * 8 - 1) int at) {
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
    TrainingState state = taken.get(0);
    Trainer.Result resumed = new Trainer(job(engine, trainable, options, List.of()), state).run();

    assertThat(step[0]).isEqualTo(EPOCHS * STEPS);
    assertThat((state.epoch() - 1) * STEPS + state.step() - 1).isEqualTo(at % (EPOCHS * STEPS));
    assertThat(resumed.weights().tensors()).isEqualTo(through.weights().tensors());
    assertThat(timeless(resumed)).isEqualTo(timeless(through));
  }

  @Example
  void should_list_every_setting_that_differs() {
    List<TrainingState> taken = new ArrayList<>();
    StateObserver takesFirst =
        state -> {
          if (taken.isEmpty()) {
            taken.add(state.get());
          }
        };
    TrainOptions options = options(false, Keep.LAST);
    new Trainer(job("onednn", 2, options, List.of(takesFirst))).run();

    assertThatThrownBy(
            () ->
                new Trainer(
                    job("onednn", 2, options.batchSize(5).seed(8), List.of()), taken.get(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "A training must go on with the settings that it began with: seed was 7, got 8;"
                + " batchSize was 4, got 5");
  }

  @Provide
  Arbitrary<String> engines() {
    return Arbitraries.of("onednn", "dl4j");
  }

  private static TrainOptions options(boolean augmented, Keep keep) {
    TrainOptions options =
        TrainOptions.defaults()
            .epochs(EPOCHS)
            .batchSize(BATCH)
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
        backbone.graph().names(),
        Freeze.allBut(trainable).frozenLayers(backbone.graph()),
        RandomWeights.glorot(network, 5).plus(backbone.weights()),
        backbone.input(),
        EngineOptions.defaults().engine(engine),
        TRAIN,
        VALID,
        options,
        states);
  }

  /** What each epoch gave but for its times. */
  private static List<EpochResult> timeless(Trainer.Result result) {
    return result.history().epochs().stream()
        .map(
            e ->
                new EpochResult(
                    e.epoch(),
                    e.trainLoss(),
                    e.trainAccuracy(),
                    e.validLoss(),
                    e.validAccuracy(),
                    0,
                    0,
                    0))
        .toList();
  }
}
