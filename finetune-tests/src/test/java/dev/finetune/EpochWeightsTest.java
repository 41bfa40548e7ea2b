package dev.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.train.EpochWeights;
import dev.finetune.train.Keep;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.Weights;
import dev.finetune.weights.WeightsException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("numeric")
class EpochWeightsTest {

  private static final TrainOptions OPTIONS = SmallTraining.OPTIONS.keep(Keep.LAST);

  private static FineTunedModel train(TrainOptions options) {
    return SmallTraining.train(options);
  }

  private static Weights after(int epochs) {
    try (FineTunedModel model = train(OPTIONS.epochs(epochs))) {
      return model.weights();
    }
  }

  /** With a constant learning rate, a shorter training has the weights of an earlier epoch. */
  @Test
  void should_have_the_weights_after_earlier_epochs() {
    EpochWeights recent = EpochWeights.last(2, 2);

    train(OPTIONS.epochs(7).observer(recent)).close();

    assertThat(recent.list()).hasSize(2);
    assertThat(recent.list().get(0).tensors()).isEqualTo(after(3).tensors());
    assertThat(recent.list().get(1).tensors()).isEqualTo(after(5).tensors());
  }

  @Test
  void should_have_fewer_epochs_of_a_short_training() {
    EpochWeights recent = EpochWeights.last(4, 1);

    train(OPTIONS.epochs(2).observer(recent)).close();

    assertThat(recent.list()).hasSize(1);
    assertThat(recent.list().get(0).tensors()).isEqualTo(after(1).tensors());
  }

  /** Moving averages of the weights are what is validated and kept. */
  @Test
  void should_have_the_moving_averages() {
    EpochWeights recent = EpochWeights.last(1, 1);
    TrainOptions averaging = OPTIONS.average(0.9);

    train(averaging.epochs(3).observer(recent)).close();

    try (FineTunedModel two = train(averaging.epochs(2))) {
      assertThat(recent.list().get(0).tensors()).isEqualTo(two.weights().tensors());
    }
  }

  @Test
  void should_take_weights_that_lower_the_loss() {
    Weights better = after(40);

    try (FineTunedModel model = train(OPTIONS.epochs(1));
        FineTunedModel averaged = model.withBestAverage(List.of(better), SmallTraining.VALID);
        FineTunedModel oneGroup =
            model.withBestAverage(List.of(better), SmallTraining.VALID, name -> "all")) {
      assertThat(averaged.evaluate(SmallTraining.VALID).loss())
          .isLessThan(model.evaluate(SmallTraining.VALID).loss());
      assertThat(averaged.provenanceJson()).contains("\"averagedEpochs\":{\"score\":-");
      assertThat(oneGroup.weights().tensors()).isEqualTo(model.weights().tensors());
    }
  }

  @Test
  void should_keep_its_weights_if_others_do_not_lower_the_loss() {
    Weights worse = after(1);

    try (FineTunedModel model = train(OPTIONS.epochs(40));
        FineTunedModel same = model.withBestAverage(List.of(worse), SmallTraining.VALID);
        FineTunedModel none = model.withBestAverage(List.of(), SmallTraining.VALID)) {
      assertThat(same.weights().tensors()).isEqualTo(model.weights().tensors());
      assertThat(same.provenanceJson()).isEqualTo(model.provenanceJson());
      assertThat(none.weights().tensors()).isEqualTo(model.weights().tensors());
    }
  }

  @Test
  void should_refuse_other_weights() {
    try (FineTunedModel model = train(OPTIONS.epochs(1))) {
      assertThatThrownBy(
              () ->
                  model.withBestAverage(
                      List.of(SmallTraining.backbone().weights()), SmallTraining.VALID))
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining("model 2 of the soup");
    }
    assertThatThrownBy(() -> EpochWeights.last(0, 1)).hasMessage("count must be >= 1, got 0");
    assertThatThrownBy(() -> EpochWeights.last(1, 0)).hasMessage("distance must be >= 1, got 0");
  }
}
