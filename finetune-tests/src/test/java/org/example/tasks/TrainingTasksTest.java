package org.example.tasks;

import static dev.finetune.train.Adam.adam;
import static dev.finetune.train.AdamW.adamW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.ImageDataset;
import dev.finetune.train.BatchResult;
import dev.finetune.train.ClassWeights;
import dev.finetune.train.EarlyStopping;
import dev.finetune.train.Keep;
import dev.finetune.train.ParameterGroups;
import dev.finetune.train.Schedule;
import dev.finetune.train.StopSignal;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingEnd;
import dev.finetune.train.TrainingObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks about the settings and the course of a training. */
@Tag("numeric")
class TrainingTasksTest {

  private final Backbone backbone = SmallBackbone.create();
  private final ImageDataset train = Photo.dataset(90, 1);
  private final ImageDataset valid = Photo.dataset(60, 2);

  @TempDir Path temporary;

  @Test
  void schedule() {
    // Task: schedule
    FineTunedModel model =
        FineTune.from(backbone)
            .freezeAll()
            .train(
                train,
                valid,
                TrainOptions.defaults()
                    .epochs(20)
                    .optimizer(adam(3e-2))
                    .schedule(Schedule.cosine().warmUp(0.1)));
    // End

    assertThat(model.provenanceJson()).contains("cosine");
    assertThat(model.evaluate(valid).accuracy()).isGreaterThan(0.8);
  }

  @Test
  void early_stopping() {
    // Task: early stopping
    FineTunedModel model =
        FineTune.from(backbone)
            .freezeAll()
            .train(
                train,
                valid,
                TrainOptions.defaults()
                    .epochs(500)
                    .optimizer(adam(3e-2))
                    .earlyStopping(EarlyStopping.patience(5))
                    .keep(Keep.BEST));
    // End

    assertThat(model.history().end()).isEqualTo(TrainingEnd.NO_IMPROVEMENT);
    assertThat(model.history().epochs()).hasSize(model.history().best().epoch() + 5);
    assertThat(model.evaluate(valid).accuracy()).isEqualTo(model.history().best().validScore());
  }

  @Test
  void class_weights() {
    // One tulip to ten daisies and ten roses.
    ImageDataset unequal =
        train.select(IntStream.range(0, 90).filter(i -> i % 3 != 2 || i % 30 == 2).toArray());

    // Task: class weights
    FineTunedModel model =
        FineTune.from(backbone)
            .freezeAll()
            .train(
                unequal,
                valid,
                TrainOptions.defaults()
                    .epochs(8)
                    .optimizer(adam(1e-2))
                    .classWeights(ClassWeights.balanced()));
    // End

    FineTunedModel plain =
        FineTune.from(backbone)
            .freezeAll()
            .train(unequal, valid, TrainOptions.defaults().epochs(8).optimizer(adam(1e-2)));
    assertThat(recallOfTulips(model)).isGreaterThan(recallOfTulips(plain) + 0.3);
  }

  private double recallOfTulips(FineTunedModel model) {
    return model.evaluate(valid).perClass().get(2).recall();
  }

  @Test
  void another_optimizer() {
    // Task: another optimizer
    FineTunedModel model =
        FineTune.from(backbone)
            .freezeUpTo("conv1")
            .train(
                train,
                valid,
                TrainOptions.defaults()
                    .epochs(10)
                    .optimizer(adamW(1e-2).decay(0.05))
                    .groups(ParameterGroups.noDecayForBiasesAndNorms()));
    // End

    assertThat(model.provenanceJson()).contains("\"adamw\"");
    assertThat(model.evaluate(valid).accuracy()).isGreaterThan(0.8);
  }

  @Test
  void continue_with_a_new_class() throws IOException {
    Path file = temporary.resolve("flowers.zip");
    ImageDataset old = train.ofClasses(List.of("daisy", "rose"));
    try (FineTunedModel first =
        FineTune.from(backbone)
            .freezeAll()
            .train(old, old, TrainOptions.defaults().epochs(15).optimizer(adam(1e-2)))) {
      first.save(file);
    }
    ImageDataset tulips = train.ofClasses(List.of("tulip"));

    // Task: continue with a new class
    try (FineTunedModel known = FineTunedModel.load(file);
        FineTunedModel model =
            FineTune.from(known)
                .replay(old, 20)
                .train(tulips, valid, TrainOptions.defaults().epochs(20).optimizer(adam(1e-2)))) {
      model.save(file);
    }
    // End

    try (FineTunedModel model = FineTunedModel.load(file)) {
      assertThat(model.classNames()).containsExactly("daisy", "rose", "tulip");
      assertThat(model.evaluate(valid).perClass())
          .allSatisfy(metrics -> assertThat(metrics.recall()).isGreaterThan(0.7));
    }
  }

  @Test
  void resume() {
    Path folder = temporary.resolve("checkpoints");
    StopSignal stop = new StopSignal();
    TrainingObserver power =
        new TrainingObserver() {
          @Override
          public void batchEnded(BatchResult result) {
            if (result.epoch() == 4) {
              stop.request();
            }
          }
        };
    TrainOptions options = TrainOptions.defaults().epochs(10).optimizer(adam(1e-2));
    FineTune fineTune = FineTune.from(backbone).freezeUpTo("conv1");
    FineTunedModel half =
        fineTune.train(train, valid, options.checkpointAt(folder).stopSignal(stop).observer(power));

    // Task: resume
    // The same call begins a training, and continues it after a crash.
    FineTunedModel model =
        FineTune.from(backbone)
            .freezeUpTo("conv1")
            .train(
                train,
                valid,
                TrainOptions.defaults().epochs(10).optimizer(adam(1e-2)).resume(folder));
    // End

    assertThat(half.history().epochs()).hasSize(3);
    assertThat(model.history().epochs()).hasSize(10);
    assertThat(model.weights().tensors())
        .isEqualTo(fineTune.train(train, valid, options).weights().tensors());
  }
}
