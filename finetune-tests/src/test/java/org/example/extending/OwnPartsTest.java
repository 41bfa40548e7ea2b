package org.example.extending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.TrainingFailedException;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.train.Adam;
import dev.finetune.train.EpochResult;
import dev.finetune.train.ParameterGroup;
import dev.finetune.train.ParameterGroups;
import dev.finetune.train.ParameterPlace;
import dev.finetune.train.Schedule;
import dev.finetune.train.TrainOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application's own schedule, groups, metric, freeze strategy, augmentation and dataset. */
@Tag("numeric")
class OwnPartsTest {

  private static final Stripes TRAIN = new Stripes(16, 8);
  private static final Stripes VALID = new Stripes(8, 8);
  private static final TrainOptions OPTIONS =
      TrainOptions.defaults().epochs(15).batch(4).optimizer(Adam.adam(0.02));

  @TempDir Path folder;

  private static FineTune fineTune() {
    return FineTune.from(RandomBackbones.backbone(5, 2));
  }

  @Test
  void should_train_with_all_of_them_and_record_them() throws IOException {
    FineTunedModel model =
        fineTune()
            .freeze(new EveryOther())
            .train(
                TRAIN,
                VALID,
                OPTIONS
                    .schedule(new Cosine())
                    .groups(new SlowBackbone(0.1))
                    .metric(new TopTwo())
                    .augment(new Negative(), 2));
    Path file = folder.resolve("model.zip");
    model.save(file);

    List<EpochResult> epochs = FineTunedModel.load(file).history().epochs();
    assertThat(epochs.get(14).trainLoss()).isLessThan(epochs.get(0).trainLoss());
    // With two classes, each is one of the two most probable.
    assertThat(epochs).allSatisfy(epoch -> assertThat(epoch.metrics()).containsEntry("top2", 1.0));
    assertThat(model.history().toCsv()).contains("wait_seconds,top2\n");
    assertThat(model.provenanceJson())
        .contains("\"cosine\"", "\"slow-backbone\"", "\"factor\":0.1", "\"negative\"");
    assertThat(model.planJson()).contains("every other layer");
  }

  /** A learning rate of zero before the head has the same effect as freezing. */
  @Test
  void should_not_change_layers_with_a_learning_rate_of_zero() {
    FineTunedModel model =
        fineTune().freezeNone().train(TRAIN, VALID, OPTIONS.groups(new SlowBackbone(0)));

    Set<String> backbone = RandomBackbones.backbone(5, 2).graph().names();
    assertThat(backbone)
        .allSatisfy(
            layer ->
                model
                    .weights()
                    .layer(layer)
                    .forEach(
                        (role, tensor) -> {
                          if (role.learned()) {
                            assertThat(tensor)
                                .isEqualTo(
                                    RandomBackbones.backbone(5, 2).weights().tensor(layer, role));
                          }
                        }));
  }

  @Test
  void should_refuse_negative_and_infinite_learning_rates() {
    record Broken(double value) implements Schedule {
      @Override
      public String name() {
        return "broken";
      }

      @Override
      public Map<String, Double> settings() {
        return Map.of();
      }

      @Override
      public double rate(double base, long step, long steps) {
        return step == 3 ? value : base;
      }
    }

    for (double value : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> fineTune().train(TRAIN, VALID, OPTIONS.schedule(new Broken(value))))
          .isInstanceOf(TrainingFailedException.class)
          .hasMessage(
              "A schedule must return learning rates that are >= 0 and finite, got "
                  + value
                  + " from broken for step 3 of 60 (no epoch was finished, so there is no model)");
    }
  }

  @Test
  void should_pass_the_stage_of_a_layer_to_groups() {
    List<ParameterPlace> places = new ArrayList<>();
    fineTune()
        .freezeNone()
        .train(
            TRAIN,
            VALID,
            OPTIONS
                .epochs(1)
                .groups(
                    new ParameterGroups() {
                      @Override
                      public String name() {
                        return "noting";
                      }

                      @Override
                      public Map<String, Double> settings() {
                        return Map.of();
                      }

                      @Override
                      public ParameterGroup of(ParameterPlace place) {
                        places.add(place);
                        return ParameterGroup.WHOLE;
                      }
                    }));

    assertThat(places).isNotEmpty().allMatch(p -> p.stage() <= p.stages());
    assertThat(places).filteredOn(p -> p.layer().equals("logits")).hasSize(2);
    assertThat(places).doesNotHaveDuplicates();
  }
}
