package dev.finetune.internal.training;

import static dev.finetune.head.HeadLayers.batchNorm;
import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.head.HeadLayers.dropout;
import static dev.finetune.head.HeadLayers.globalAveragePooling;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.engine.EngineOptions;
import dev.finetune.freeze.Freeze;
import dev.finetune.freeze.Phase;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.head.HeadGraph;
import dev.finetune.image.Augmentations;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.Adam;
import dev.finetune.train.Keep;
import dev.finetune.train.Schedule;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.RandomWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * A training with smaller images gives the bits of two trainings: one with small images only, whose
 * state after some epochs is put into one with large images only.
 */
class SmallerImagesProperties {

  private static final int EPOCHS = 4;
  private static final SyntheticImages TRAIN = new SyntheticImages(3, 10, 12, 1);
  private static final SyntheticImages VALID = new SyntheticImages(3, 4, 12, 2);
  private static final int STEPS = 3;

  @Property(tries = 10, seed = "42")
  void should_train_as_two_trainings(
      @ForAll("engines") String engine,
      @ForAll @IntRange(min = 4, max = 7) int small,
      @ForAll @IntRange(min = 1, max = 5) int growth,
      @ForAll @IntRange(min = 1, max = EPOCHS - 1) int last,
      @ForAll @IntRange(max = 4) int trainable,
      @ForAll boolean augmented) {
    LayerGraph less = network(small);
    LayerGraph more = network(small + growth);
    Set<String> frozen = Freeze.allBut(trainable).frozenLayers(backbone(small));
    List<Phase> whole = List.of(new Phase(1, "some", frozen));
    List<Phase> both =
        List.of(
            new Phase(1, "some", frozen, OptionalInt.of(small)),
            new Phase(last + 1, "some", frozen));
    TrainOptions options = options(augmented);

    List<TrainingState> taken = new ArrayList<>();
    int[] step = {0};
    StateObserver takesLast =
        state -> {
          if (++step[0] == last * STEPS) {
            taken.add(state.get());
          }
        };
    new Trainer(job(engine, less, Map.of(), whole, options, List.of(takesLast))).run();
    TrainingState state = taken.get(0);
    TrainingJob large = job(engine, more, Map.of(), whole, options, List.of());
    TrainingState moved =
        new TrainingState(
            JobSettings.of(large), state.learner(), state.history(), state.sums(), state.kept());
    Trainer.Result expected = Trainer.from(moved, large).run();

    Trainer.Result result =
        new Trainer(job(engine, more, Map.of(small, less), both, options, List.of())).run();

    assertThat(result.weights().tensors()).isEqualTo(expected.weights().tensors());
    assertThat(result.history().comparableFrom()).isEqualTo(last + 1);
    assertThat(result.history().last().trainLoss())
        .isEqualTo(expected.history().last().trainLoss());
  }

  @Provide
  Arbitrary<String> engines() {
    return Arbitraries.of("onednn", "dl4j");
  }

  private static LayerGraph backbone(int side) {
    return LayerGraph.builder()
        .add("in", new Input(Shape.image(3, side, side)))
        .then("first", new Conv2d(4, 3, 1, Padding.SAME, true, Activation.RELU))
        .then("norm", new BatchNorm(1e-3, 0.9))
        .then("second", new Conv2d(5, 3, 2, Padding.SAME, true, Activation.TANH))
        .build();
  }

  private static LayerGraph network(int side) {
    return HeadGraph.append(
        backbone(side), List.of(globalAveragePooling(), dense(6), batchNorm(), dropout(0.3)), 3);
  }

  private static TrainOptions options(boolean augmented) {
    TrainOptions options =
        TrainOptions.defaults()
            .epochs(EPOCHS)
            .batch(4)
            .optimizer(Adam.adam(3e-3))
            .schedule(Schedule.cosine())
            .average(0.5)
            .keep(Keep.LAST)
            .seed(7);
    return augmented ? options.augment(Augmentations.affine(10, 0.1, 0.1), 2) : options;
  }

  private static TrainingJob job(
      String engine,
      LayerGraph graph,
      Map<Integer, LayerGraph> smaller,
      List<Phase> phases,
      TrainOptions options,
      List<StateObserver> states) {
    Shape shape = graph.inputs().get(0).output();
    return new TrainingJob(
        graph,
        smaller,
        backbone(4).names(),
        phases,
        RandomWeights.glorot(graph, 5),
        new InputSpec(shape.height(), shape.width(), Preprocessing.TF),
        EngineOptions.defaults().engine(engine),
        TaskData.classes(TRAIN, VALID),
        options,
        states,
        ModelWriter.NONE);
  }
}
