package org.example.extending;

import static dev.finetune.head.HeadLayers.dense;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.TrainingDivergedException;
import dev.finetune.data.ImageDataset;
import dev.finetune.engine.EngineOptions;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.EpochResult;
import dev.finetune.train.TrainOptions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application's own optimizer and loss, implemented with public types only. */
@Tag("numeric")
class OwnTrainingTest {

  private static final ImageDataset TRAIN = new SyntheticImages(3, 24, 8, 1);
  private static final ImageDataset VALID = new SyntheticImages(3, 9, 8, 2);

  private static FineTune fineTune() {
    return FineTune.from(RandomBackbones.backbone(4, 5)).freezeUpTo("layer1").head(dense(8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "dl4j"})
  void should_train_with_a_custom_optimizer_and_loss(String engine) {
    FineTunedModel model =
        fineTune()
            .engine(EngineOptions.defaults().engine(engine))
            .train(
                TRAIN,
                VALID,
                TrainOptions.defaults()
                    .epochs(20)
                    .batch(6)
                    .optimizer(new Momentum(0.02, 0.9))
                    .loss(new SquaredError()));

    List<EpochResult> epochs = model.history().epochs();
    assertThat(epochs.get(19).trainLoss()).isLessThan(epochs.get(0).trainLoss() / 2);
  }

  /** Training stops at the loss, before values are changed. */
  @Test
  void should_stop_where_the_loss_is_not_finite() {
    assertThatThrownBy(
            () ->
                fineTune()
                    .train(
                        TRAIN,
                        VALID,
                        TrainOptions.defaults()
                            .epochs(20)
                            .optimizer(new Momentum(1e30, 0.9))
                            .loss(new SquaredError())))
        .isInstanceOf(TrainingDivergedException.class);
  }
}
