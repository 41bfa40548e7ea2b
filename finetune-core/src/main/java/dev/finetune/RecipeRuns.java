package dev.finetune;

import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.PlanSettings.Outputs;
import dev.finetune.PlanSettings.Setting;
import dev.finetune.data.Folds;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.ImageSource;
import dev.finetune.data.Labels;
import dev.finetune.data.TagDataset;
import dev.finetune.data.Tags;
import dev.finetune.data.ValueDataset;
import dev.finetune.data.Values;
import dev.finetune.loss.Targets;
import dev.finetune.recipe.Recipe;
import dev.finetune.recipe.RecipeInput;
import dev.finetune.recipe.RecipeSettings;
import dev.finetune.recipe.Search;
import dev.finetune.recipe.SearchResult;
import dev.finetune.recipe.Trials;
import dev.finetune.train.TrainOptions;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Has recipes and searches choose what is not set for a plan.
 *
 * @param settings what is set
 */
record RecipeRuns(PlanSettings settings) {

  /** Returns the outputs for images with classes. */
  Outputs outputs(ImageDataset train) {
    List<String> classNames =
        settings
            .continuation()
            .map(c -> c.classes(Labels.namesOf(train)).classNames())
            .orElseGet(() -> Labels.namesOf(train));
    Labels.requireClassNames(classNames);
    return settings.outputs(Targets.Kind.CLASSES, classNames.size());
  }

  /** Returns the outputs for images with tags. */
  Outputs outputs(TagDataset train) {
    requireNotContinued(Targets.Kind.TAGS);
    Tags.requireTagNames(Tags.namesOf(train));
    return settings.outputs(Targets.Kind.TAGS, train.tagNames().size());
  }

  /** Returns the outputs for images with values. */
  Outputs outputs(ValueDataset train) {
    requireNotContinued(Targets.Kind.VALUES);
    Values.requireValueNames(Values.namesOf(train));
    return settings.outputs(Targets.Kind.VALUES, train.valueNames().size());
  }

  private void requireNotContinued(Targets.Kind kind) {
    if (settings.has(Setting.MODEL)) {
      throw new IllegalStateException(
          "A continued model must train with classes, got "
              + kind
              + ": use FineTune.from(model.backbone()) for another task");
    }
  }

  /** Returns what a recipe chooses, which may train trials. */
  RecipeSettings choose(ImageDataset train, ImageDataset valid, Recipe recipe) {
    checkNotNull(recipe, "recipe must not be null");
    Outputs outputs = outputs(train);
    try (TrialFeatures features = new TrialFeatures()) {
      Trials trials = trials(outputs, train, valid, features);
      return recipe.settings(input(outputs, train, valid, UnaryOperator.identity(), trials));
    }
  }

  /** Returns what a recipe chooses without trials. */
  RecipeSettings choose(Outputs outputs, ImageSource train, ImageSource valid, Recipe recipe) {
    checkNotNull(recipe, "recipe must not be null");
    return recipe.settings(
        new RecipeInput(settings.backbone(), outputs.kind(), outputs.count(), train, valid));
  }

  /** Searches on validation images. */
  SearchResult search(ImageDataset train, ImageDataset valid, Search search) {
    Outputs outputs = outputs(train);
    try (TrialFeatures features = new TrialFeatures()) {
      Trials trials = trials(outputs, train, valid, features);
      return search.run(input(outputs, train, valid, search.groupOf(), trials));
    }
  }

  /** Searches by cross-validation. */
  SearchResult search(Folds folds, Search search) {
    Outputs outputs = outputs(folds.data());
    try (TrialFeatures features = new TrialFeatures()) {
      Trials trials =
          new FoldTrials(
              folds, fold -> trials(outputs, folds.train(fold), folds.valid(fold), features));
      return search.run(input(outputs, folds.data(), folds.data(), folds.groupOf(), trials));
    }
  }

  private PlanTrials trials(
      Outputs outputs, ImageDataset train, ImageDataset valid, TrialFeatures features) {
    return new PlanTrials(chosen -> settings.with(chosen).plan(outputs), train, valid, features);
  }

  private RecipeInput input(
      Outputs outputs,
      ImageDataset train,
      ImageDataset valid,
      UnaryOperator<String> groupOf,
      Trials trials) {
    return new RecipeInput(
        settings.backbone(), outputs.kind(), outputs.count(), train, valid, groupOf, trials);
  }

  /** Returns the plan with what a recipe chose. */
  RecipePlan plan(Outputs outputs, RecipeSettings chosen, Recipe recipe) {
    TrainOptions options = chosen.options();
    return new RecipePlan(
        recipe.name(),
        settings.with(chosen).plan(outputs),
        options.notes().containsKey(Recipe.NOTE)
            ? options
            : options.note(Recipe.NOTE, recipe.name()),
        chosen.after(),
        chosen.reasons());
  }
}
