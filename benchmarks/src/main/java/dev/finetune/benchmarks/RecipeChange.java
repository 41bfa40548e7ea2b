package dev.finetune.benchmarks;

import static dev.finetune.head.HeadLayers.averageMaxPooling;
import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.head.HeadLayers.dropout;
import static dev.finetune.head.HeadLayers.globalAveragePooling;

import com.google.common.collect.ImmutableMap;
import dev.finetune.freeze.Freeze;
import dev.finetune.head.HeadLayer;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.recipe.Recipe;
import dev.finetune.recipe.RecipeInput;
import dev.finetune.recipe.RecipeSettings;
import dev.finetune.train.AdamW;
import dev.finetune.train.CoTuning;
import dev.finetune.train.ParameterGroups;
import dev.finetune.train.Schedule;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The recommended recipe with one thing changed, which shows what that brings.
 *
 * @param label the change, as in the rows of the experiment
 * @param change returns the changed settings
 */
record RecipeChange(String label, UnaryOperator<RecipeSettings> change) implements Recipe {

  private static final int OWN_SIDE = 224;

  /** The share of the epochs that take as long with the network's own size of images. */
  private static final double OWN_SIDE_EPOCHS = 1.0 / 3;

  private static final ImmutableMap<String, UnaryOperator<RecipeSettings>> CHANGES =
      ImmutableMap.<String, UnaryOperator<RecipeSettings>>builder()
          .put("random-last-layer", RecipeChange::withoutProbe)
          .put("no-augmentation", s -> s.with(o -> o.withoutAugmentation()))
          .put("constant-rate", s -> s.with(o -> o.schedule(Schedule.constant())))
          .put("no-warm-up", s -> s.with(o -> o.schedule(Schedule.cosine())))
          .put("no-smoothing", s -> s.with(o -> o.loss(CrossEntropy.crossEntropy())))
          .put("no-decay", RecipeChange::withoutDecay)
          .put("last-8-layers", s -> s.withFreezing(Freeze.allBut(8)))
          .put("stage-rates", s -> s.with(o -> o.groups(ParameterGroups.stages(0.7))))
          .put("own-side-equal-time", RecipeChange::ownSide)
          .put("side-160", s -> s.withSide(160))
          .put("average-max", s -> head(s, averageMaxPooling(), dropout(0.2)))
          .put("no-dropout", s -> head(s, globalAveragePooling()))
          .put("article-head", s -> head(s, globalAveragePooling(), dense(128), dropout(0.6)))
          .put("moving-average", s -> s.with(o -> o.average(0.99)))
          .put("co-tuning-2.3", s -> s.withCoTuning(CoTuning.usual()))
          .put("co-tuning-0.5", s -> s.withCoTuning(CoTuning.ofStrength(0.5)))
          .buildOrThrow();

  /** The names of the changed recipes, in the order of training. */
  static List<String> names() {
    return CHANGES.keySet().stream().map(label -> "recommended:" + label).toList();
  }

  /** Returns the changed recipe with one of {@link #names}. */
  static Optional<Recipe> parse(String name) {
    String label = name.substring(name.indexOf(':') + 1);
    return Optional.ofNullable(CHANGES.get(label)).map(change -> new RecipeChange(label, change));
  }

  @Override
  public String name() {
    return "recommended:" + label;
  }

  @Override
  public RecipeSettings settings(RecipeInput input) {
    return change.apply(Recipe.recommended().settings(input));
  }

  /** A dense layer before the logits cannot start from a probe, so it starts from random values. */
  private static RecipeSettings head(RecipeSettings settings, HeadLayer... layers) {
    boolean plain = List.of(layers).stream().noneMatch(layer -> layer.equals(dense(128)));
    return (plain ? settings : withoutProbe(settings)).withHead(List.of(layers));
  }

  private static RecipeSettings withoutProbe(RecipeSettings s) {
    return new RecipeSettings(
        s.side(),
        s.smaller(),
        s.freezing(),
        s.head(),
        Optional.empty(),
        s.coTuning(),
        s.options(),
        s.after(),
        s.reasons());
  }

  private static RecipeSettings withoutDecay(RecipeSettings settings) {
    AdamW optimizer = (AdamW) settings.options().optimizer();
    return settings.with(o -> o.optimizer(optimizer.decay(0)));
  }

  private static RecipeSettings ownSide(RecipeSettings settings) {
    int epochs = (int) Math.round(settings.options().epochs() * OWN_SIDE_EPOCHS);
    return settings.withSide(OWN_SIDE).withEpochs(epochs);
  }
}
