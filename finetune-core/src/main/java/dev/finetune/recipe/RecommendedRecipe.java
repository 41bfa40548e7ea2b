package dev.finetune.recipe;

import static dev.finetune.head.HeadLayers.dropout;

import com.google.common.collect.ImmutableList;
import dev.finetune.backbone.Backbone;
import dev.finetune.freeze.Freeze;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.head.HeadLayer;
import dev.finetune.image.Augmentations;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.loss.Targets;
import dev.finetune.train.AdamW;
import dev.finetune.train.BatchNormStatistics;
import dev.finetune.train.Keep;
import dev.finetune.train.ParameterGroups;
import dev.finetune.train.Probe;
import dev.finetune.train.Schedule;
import dev.finetune.train.TrainOptions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Fine-tuning of all layers from a linear probe. The settings are those that were best on
 * validation and cross-validation images of small datasets; see {@code benchmarks/README.md}.
 */
record RecommendedRecipe(Optional<Duration> time) implements Recipe {

  private static final int BATCH = 32;
  private static final double DROPOUT = 0.2;
  private static final double DECAY = 0.05;
  private static final double WARM_UP = 0.1;
  private static final double SMOOTHING = 0.1;

  /** The steps of a training; more bring little. */
  private static final int STEPS = 2300;

  /** The share of the time for the epochs: other processes may slow the machine. */
  private static final double USED = 0.9;

  private static final int FEWEST_EPOCHS = 10;
  private static final int MOST_EPOCHS = 400;

  @Override
  public String name() {
    return "recommended";
  }

  @Override
  public Recipe within(Duration limit) {
    return new RecommendedRecipe(Optional.of(TrialTimes.requireTime(limit)));
  }

  @Override
  public RecipeSettings settings(RecipeInput input) {
    RecipeSettings all = unlimited(input);
    return time.isEmpty() ? all : limited(all, input, time.get());
  }

  /** Returns the settings with as many epochs as the time allows, but no more. */
  private static RecipeSettings limited(RecipeSettings all, RecipeInput input, Duration limit) {
    double seconds = limit.toMillis() / 1000.0;
    TrialTimes times = TrialTimes.of(input.trials().estimate(all));
    int most = all.options().epochs();
    int epochs = times.epochsWithin(seconds * USED, most);
    RecipeSettings limited = all.withEpochs(epochs).with(o -> o.minutes(seconds / 60));
    return epochs == most
        ? limited
        : limited.because(
            String.format(
                Locale.ROOT,
                "Only %d epochs of about %.1f s fit into the time.",
                epochs,
                times.epochSeconds()));
  }

  private RecipeSettings unlimited(RecipeInput input) {
    Backbone backbone = input.backbone();
    int steps = (input.train().size() + BATCH - 1) / BATCH;
    int epochs = Math.max(FEWEST_EPOCHS, Math.min(MOST_EPOCHS, Math.round((float) STEPS / steps)));
    boolean normalised = normalised(backbone);
    StepSize rate = StepSize.of(backbone, normalised);
    TrainOptions options =
        TrainOptions.defaults()
            .epochs(epochs)
            .batch(BATCH)
            .optimizer(AdamW.adamW(rate.learningRate()).decay(DECAY))
            .groups(ParameterGroups.noDecayForBiasesAndNorms())
            .schedule(Schedule.cosine().warmUp(WARM_UP))
            .augment(Augmentations.signs(), 1)
            .keep(Keep.LAST);
    RecipeSettings settings =
        RecipeSettings.of(Freeze.none(), head(backbone), options)
            .because(
                String.format(
                    Locale.ROOT,
                    "All layers train, for %d epochs, which are about %,d steps.",
                    epochs,
                    (long) epochs * steps))
            .because(rate.reason())
            .because(
                "The recipe's augmentation has no flips: a mirrored sign, letter or organ can be of"
                    + " another class. Set one with flips if left and right do not matter.")
            .because(
                "The learning rate falls along a cosine, so the last epoch is kept: the best of a"
                    + " small validation set would be chosen by chance.");
    if (input.kind() == Targets.Kind.CLASSES) {
      settings =
          settings
              .withProbe(Probe.first())
              .with(o -> o.loss(CrossEntropy.crossEntropy().smoothing(SMOOTHING)))
              .because(
                  "The last layer starts from a linear probe: with a random one, large gradients"
                      + " of the first steps spoil the pretrained layers.");
    }
    if (normalised) {
      settings =
          settings
              .with(o -> o.batchNormStatistics(BatchNormStatistics.KEPT))
              .because(
                  "Batch normalisation keeps its pretrained statistics: those of small batches are"
                      + " noisy.");
    }
    return sized(settings, input);
  }

  private static List<HeadLayer> head(Backbone backbone) {
    return ImmutableList.<HeadLayer>builder()
        .addAll(ProbeRecipe.pooled(backbone))
        .add(dropout(DROPOUT))
        .build();
  }

  private static boolean normalised(Backbone backbone) {
    return backbone.graph().nodes().stream().anyMatch(node -> node.layer() instanceof BatchNorm);
  }

  private static RecipeSettings sized(RecipeSettings settings, RecipeInput input) {
    int own = Math.min(input.backbone().input().height(), input.backbone().input().width());
    OptionalInt median = ImageSides.median(input.train());
    if (median.isEmpty() || input.backbone().withSide(own).isEmpty()) {
      return settings;
    }
    int side = ImageSides.inputSide(median.getAsInt(), own);
    return side >= own
        ? settings
        : settings
            .withSide(side)
            .because(
                String.format(
                    Locale.ROOT,
                    "Images are resized to %d x %d: half of them are at most %d pixels long."
                        + " Larger inputs take longer; the recipe best tries them.",
                    side,
                    side,
                    median.getAsInt()));
  }
}
