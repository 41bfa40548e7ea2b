package dev.finetune;

import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.head.HeadLayers.dropout;
import static dev.finetune.head.HeadLayers.globalAveragePooling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.finetune.backbone.Backbone;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.image.InputSpec;
import dev.finetune.train.Adam;
import dev.finetune.train.EpochResult;
import dev.finetune.train.FeatureCache;
import dev.finetune.train.History;
import dev.finetune.train.Keep;
import dev.finetune.train.Probe;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingObserver;
import dev.finetune.train.TrainingStart;
import dev.finetune.weights.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("numeric")
class ProbeTest {

  private static final TrainOptions OPTIONS = SmallTraining.OPTIONS.keep(Keep.LAST);

  private static FineTune tuning() {
    return FineTune.from(SmallTraining.backbone()).head(globalAveragePooling(), dropout(0.2));
  }

  private static FineTunedModel probe(TrainOptions options) {
    return tuning().probe(Probe.only()).train(SmallTraining.TRAIN, SmallTraining.VALID, options);
  }

  @Test
  void should_fit_the_last_layer_and_change_nothing_else() {
    try (FineTunedModel model = probe(OPTIONS)) {
      EpochResult result = model.history().epochs().get(0);

      assertThat(model.history().epochs()).hasSize(1);
      assertThat(model.evaluate(SmallTraining.TRAIN).loss())
          .isCloseTo(result.trainLoss(), within(1e-5));
      assertThat(model.evaluate(SmallTraining.VALID).accuracy()).isEqualTo(result.validScore());
      assertThat(result.validScore()).isGreaterThan(0.8); // a random layer has 1/3
      var before = SmallTraining.backbone().weights();
      for (Node node : SmallTraining.backbone().graph().nodes()) {
        for (ParameterSpec spec : node.parameters()) {
          assertThat(model.weights().tensor(node.name(), spec))
              .isEqualTo(before.tensor(node.name(), spec));
        }
      }
      assertThat(model.provenanceJson()).contains("\"probe\":\"strength ", "over 5 folds");
      assertThat(model.planJson()).contains("\"probe\":\"only\"");
    }
  }

  /** At the minimum of a convex loss, small steps of gradient descent find nothing better. */
  @Test
  void should_reach_the_minimum_of_the_loss() {
    FineTune tuning = tuning().probe(Probe.only().strength(1e6));
    try (FineTunedModel model = tuning.train(SmallTraining.TRAIN, SmallTraining.VALID, OPTIONS)) {
      double loss = model.history().epochs().get(0).trainLoss();
      TrainOptions more = OPTIONS.epochs(20).batch(90).optimizer(Adam.adam(1e-3)).keep(Keep.LAST);
      try (FineTunedModel next =
          FineTune.from(SmallTraining.backbone())
              .head(globalAveragePooling())
              .freezeAll()
              .probe(Probe.first().strength(1e6))
              .train(SmallTraining.TRAIN, SmallTraining.VALID, more)) {
        double best =
            next.history().epochs().stream().mapToDouble(EpochResult::trainLoss).min().orElse(0);
        // Without a penalty the loss of separable classes has no minimum: C of 1e6 leaves 1e-4.
        assertThat(best).isGreaterThan(loss - 2e-4);
      }
    }
  }

  @Test
  void should_start_training_from_the_probe() {
    TrainOptions still = OPTIONS.epochs(1).optimizer(Adam.adam(1e-9));
    List<Integer> started = new ArrayList<>();
    try (FineTunedModel only = probe(OPTIONS);
        FineTunedModel first =
            tuning()
                .freezeNone()
                .probe(Probe.first())
                .train(
                    SmallTraining.TRAIN,
                    SmallTraining.VALID,
                    still.observer(
                        new TrainingObserver() {
                          @Override
                          public void trainingStarted(TrainingStart start) {
                            started.add(start.epochs());
                          }
                        }))) {
      assertThat(first.history().epochs().get(0).validLoss())
          .isCloseTo(only.history().epochs().get(0).validLoss(), within(1e-5));
      assertThat(first.history().stemSeconds()).isPositive();
      assertThat(first.planJson()).contains("\"probe\":\"first\"");
      assertThat(started).containsExactly(1);
    }
  }

  /** Reading may mean a file of hundreds of megabytes. */
  @Test
  void should_read_the_weights_of_the_backbone_once() {
    Backbone backbone = SmallTraining.backbone();
    int[] reads = {0};
    Backbone counting =
        new Backbone() {
          @Override
          public String name() {
            return backbone.name();
          }

          @Override
          public InputSpec input() {
            return backbone.input();
          }

          @Override
          public LayerGraph graph() {
            return backbone.graph();
          }

          @Override
          public Weights weights() {
            reads[0]++;
            return backbone.weights();
          }

          @Override
          public String weightsOrigin() {
            return backbone.weightsOrigin();
          }
        };

    FineTune.from(counting)
        .head(globalAveragePooling())
        .freezeNone()
        .probe(Probe.first())
        .train(SmallTraining.TRAIN, SmallTraining.VALID, OPTIONS.epochs(1))
        .close();

    assertThat(reads[0]).isEqualTo(1);
  }

  @Test
  void should_produce_the_same_bits_again_and_with_stored_features(@TempDir Path folder) {
    try (FineTunedModel one = probe(OPTIONS);
        FineTunedModel two = probe(OPTIONS.cache(FeatureCache.at(folder)));
        FineTunedModel three = probe(OPTIONS.cache(FeatureCache.at(folder)))) {
      assertThat(two.weights().tensors()).isEqualTo(one.weights().tensors());
      assertThat(three.weights().tensors()).isEqualTo(one.weights().tensors());
    }
  }

  @Test
  void should_tell_observers_of_one_epoch() {
    List<String> events = new ArrayList<>();
    probe(
            OPTIONS.observer(
                new TrainingObserver() {
                  @Override
                  public void trainingStarted(TrainingStart start) {
                    events.add("started, epochs " + start.epochs());
                  }

                  @Override
                  public void epochEnded(EpochResult result) {
                    events.add("epoch " + result.epoch());
                  }

                  @Override
                  public void trainingEnded(History history) {
                    events.add("ended");
                  }
                }))
        .close();

    assertThat(events).containsExactly("started, epochs 1", "epoch 1", "ended");
  }

  @Test
  void should_keep_groups_together_in_its_folds() {
    TreeSet<String> named = new TreeSet<>();
    Probe grouped =
        Probe.only()
            .folds(3)
            .groups(
                name -> {
                  named.add(name);
                  return name.substring(name.length() - 1);
                });
    try (FineTunedModel model =
        tuning().probe(grouped).train(SmallTraining.TRAIN, SmallTraining.VALID, OPTIONS)) {
      assertThat(named).hasSize(SmallTraining.TRAIN.size());
      assertThat(model.provenanceJson()).contains("over 3 folds");
    }
    Probe one = Probe.only().groups(name -> "all");
    assertThatThrownBy(
            () -> tuning().probe(one).train(SmallTraining.TRAIN, SmallTraining.VALID, OPTIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "A probe needs at least 2 groups of training images for its cross-validation, or a"
                + " given strength, got 1");
    try (FineTunedModel model =
        tuning()
            .probe(one.strength(0.1))
            .train(SmallTraining.TRAIN, SmallTraining.VALID, OPTIONS)) {
      assertThat(model.provenanceJson()).contains("\"probe\":\"strength 0.100, given\"");
    }
  }

  @Test
  void should_refuse_what_cannot_be_probed() {
    assertThatThrownBy(() -> tuning().probe(Probe.first()).tags(3).plan())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A probe must be for images with classes, got tags");
    assertThatThrownBy(
            () ->
                FineTune.from(SmallTraining.backbone())
                    .head(dense(8))
                    .probe(Probe.first())
                    .classes(3)
                    .plan())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "A probe must have a head without parameters before the logits, got [head/dense]");
    assertThatThrownBy(() -> Probe.only().folds(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("folds must be >= 2, got 1");
    assertThatThrownBy(() -> Probe.only().strength(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("strength must be > 0 and finite, got 0.0");
    try (FineTunedModel model = SmallTraining.train(OPTIONS.epochs(1))) {
      assertThatThrownBy(() -> FineTune.from(model).probe(Probe.only()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("A continued model keeps its head");
    }
  }
}
