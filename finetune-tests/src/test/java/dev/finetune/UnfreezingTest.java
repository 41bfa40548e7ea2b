package dev.finetune;

import static com.google.common.base.Verify.verifyNotNull;
import static dev.finetune.SmallTraining.TRAIN;
import static dev.finetune.SmallTraining.VALID;
import static dev.finetune.SmallTraining.backbone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.freeze.Freeze;
import dev.finetune.freeze.Phase;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.train.FeatureCache;
import dev.finetune.train.Keep;
import dev.finetune.train.Sgd;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.Weights;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers begin to train at later epochs. */
class UnfreezingTest {

  private static final TrainOptions OPTIONS = SmallTraining.OPTIONS.keep(Keep.LAST);

  private static FineTune headFirst() {
    return FineTune.from(backbone()).freezeAll();
  }

  private static float[] kernel(Weights weights, String layer) {
    return verifyNotNull(weights.tensors().get(layer, ParameterRole.KERNEL)).values();
  }

  @Test
  void layers_keep_their_values_until_they_are_unfrozen() {
    Weights pretrained = backbone().weights();
    FineTune tuning =
        headFirst().unfreezeAt(3, Freeze.upToStage(2)).unfreezeAt(5, Freeze.upToStage(1));

    Weights trained = tuning.train(TRAIN, VALID, OPTIONS).weights();
    Weights four =
        headFirst()
            .unfreezeAt(3, Freeze.upToStage(2))
            .train(TRAIN, VALID, OPTIONS.epochs(4))
            .weights();

    assertThat(kernel(trained, "first")).isEqualTo(kernel(pretrained, "first"));
    assertThat(kernel(four, "second")).isEqualTo(kernel(pretrained, "second"));
    assertThat(kernel(trained, "second")).isNotEqualTo(kernel(pretrained, "second"));
    assertThat(kernel(four, "third")).isNotEqualTo(kernel(pretrained, "third"));
  }

  /** The head's momentum of the first phase shows in the second: no epoch is a new start. */
  @Test
  void phases_without_a_change_give_the_bits_of_one_phase() {
    FineTune one = FineTune.from(backbone()).freezeUpTo("second");
    FineTune three = one.unfreezeAt(2, Freeze.upTo("second")).unfreezeAt(4, Freeze.upTo("second"));

    assertThat(three.train(TRAIN, VALID, OPTIONS).weights().tensors())
        .isEqualTo(one.train(TRAIN, VALID, OPTIONS).weights().tensors());
  }

  @Test
  void counts_a_layers_own_steps_for_the_optimizer() {
    // Plain descent has no state: a step of the new layer is -rate * gradient, whatever came
    // before.
    TrainOptions plain = OPTIONS.optimizer(Sgd.sgd(0.01)).epochs(2);
    Weights adam =
        headFirst()
            .unfreezeAt(2, Freeze.upToStage(2))
            .train(TRAIN, VALID, OPTIONS.epochs(2))
            .weights();
    Weights sgd =
        headFirst().unfreezeAt(2, Freeze.upToStage(2)).train(TRAIN, VALID, plain).weights();

    // Adam's first step moves each value by about the learning rate. With the bias correction of
    // the fifth step it would be up to 1.8 times as large.
    assertThat(change(adam, "third")).isLessThan(4 * 1.01e-2);
    assertThat(change(adam, "third")).isGreaterThan(1e-2);
    assertThat(change(sgd, "third")).isGreaterThan(0);
  }

  private static double change(Weights weights, String layer) {
    float[] before = kernel(backbone().weights(), layer);
    float[] after = kernel(weights, layer);
    double largest = 0;
    for (int i = 0; i < before.length; i++) {
      largest = Math.max(largest, Math.abs(after[i] - before[i]));
    }
    return largest;
  }

  @Test
  void reads_the_features_of_each_phase_from_the_cache(@TempDir Path folder) {
    FineTune tuning = headFirst().unfreezeAt(3, Freeze.upToStage(2));
    TrainOptions cached = OPTIONS.cache(FeatureCache.at(folder));

    FineTunedModel first = tuning.train(TRAIN, VALID, cached);
    int[] computed = {0};
    FineTunedModel second =
        tuning.train(
            TRAIN,
            VALID,
            cached.observer(
                new dev.finetune.train.TrainingObserver() {
                  @Override
                  public void stemProgress(int done, int total) {
                    computed[0] = done;
                  }
                }));

    assertThat(computed[0]).isZero();
    assertThat(second.weights().tensors()).isEqualTo(first.weights().tensors());
  }

  @Test
  void describes_what_each_phase_costs() {
    FineTunePlan plan = FineTune.from(backbone()).unfreezeStageByStage(2).head().classes(3).plan();

    assertThat(plan.phases().stream().map(Phase::firstEpoch)).containsExactly(1, 3, 5, 7);
    assertThat(plan.freezing())
        .isEqualTo(
            "all, then up to stage 2 from epoch 3, then up to stage 1 from epoch 5, then none from"
                + " epoch 7");
    assertThat(plan.trainableParameters()).isEqualTo(plan.totalParameters());
    // third: 3 x 3 x 6 x 8 at 4 x 4 positions, second: 3 x 3 x 6 x 6 at 8 x 8, first: 3 x 3 x 3 x 6
    // at 8 x 8; the head has 128 x 3.
    assertThat(plan.describe())
        .contains("from epoch 1: freezing all, 387 trainable parameters")
        .contains("from epoch 3: freezing up to stage 2, 827 trainable parameters");
    String cost =
        "cost per image: 0.0 million multiply-adds in each epoch (forward, and twice that backward)";
    String stem = cost + ", 0.0 million once for the frozen stem, ";
    assertThat(plan.describe().lines().filter(line -> line.startsWith("cost")))
        .containsExactly(
            stem + "0.5 kB of features",
            stem + "1.5 kB of features",
            stem + "1.5 kB of features",
            cost);
  }

  @Test
  void refuses_phases_that_cannot_be() {
    FineTune tuning = FineTune.from(backbone()).freezeUpTo("first").classes(3);

    assertThatThrownBy(() -> tuning.unfreezeAt(1, Freeze.none()))
        .hasMessage("epoch must be >= 2, got 1");
    assertThatThrownBy(() -> tuning.unfreezeAt(2, Freeze.upTo("third")).plan())
        .hasMessage(
            "Unfreezing at epoch 2 must not freeze layers that train before, got [second, third]");
    assertThatThrownBy(() -> tuning.unfreezeAt(2, Freeze.none()).unfreezeAt(2, Freeze.all()))
        .hasMessage(
            "Unfreeze at an epoch only once, got unfreezeAt(2, none) and then unfreezeAt(2, all)");
    assertThatThrownBy(() -> tuning.unfreezeStageByStage(2))
        .hasMessage(
            "Set freezing only once, got freezeUpTo(first) and then unfreezeStageByStage(2)");
    assertThatThrownBy(
            () -> tuning.unfreezeAt(9, Freeze.none()).train(TRAIN, VALID, OPTIONS.epochs(8)))
        .hasMessage(
            "Unfreezing must happen within the epochs of the training (8), got unfreezing at epoch"
                + " 9");
  }

  @Test
  void one_phase_is_the_usual_plan() {
    FineTunePlan plan = FineTune.from(backbone()).freezeUpTo("first").classes(3).plan();

    assertThat(plan.phases()).hasSize(1);
    assertThat(plan.frozenLayers()).isEqualTo(plan.phases().get(0).frozen());
    assertThat(List.of(plan.freezing())).containsExactly("up to first");
    assertThat(plan.trainableParameters()).isLessThan(plan.totalParameters());
  }
}
