package dev.finetune;

import dev.finetune.data.ImageDataset;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.internal.plan.OptionsText;
import dev.finetune.internal.training.Observers;
import dev.finetune.recipe.RecipeSettings;
import dev.finetune.recipe.TrialResult;
import dev.finetune.recipe.Trials;
import dev.finetune.train.TimeEstimate;
import dev.finetune.train.Trial;
import dev.finetune.train.TrialStart;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Trains trials of a network on images. */
final class PlanTrials implements Trials {

  private final Function<RecipeSettings, FineTunePlan> plans;
  private final ImageDataset train;
  private final ImageDataset valid;
  private final TrialFeatures features;

  /**
   * Prepares trials.
   *
   * @param plans returns the plan for settings
   * @param features where features are stored
   */
  PlanTrials(
      Function<RecipeSettings, FineTunePlan> plans,
      ImageDataset train,
      ImageDataset valid,
      TrialFeatures features) {
    this.plans = plans;
    this.train = train;
    this.valid = valid;
    this.features = features;
  }

  @Override
  public Optional<TrialResult> train(RecipeSettings settings) {
    long start = System.nanoTime();
    FineTunePlan plan = plans.apply(settings);
    try (FineTunedModel model =
        plan.train(train, valid, features.stored(settings.options().forTrial()))) {
      Evaluation evaluation = model.evaluate(valid);
      List<String> names = IntStream.range(0, valid.size()).mapToObj(valid::name).toList();
      double seconds = (System.nanoTime() - start) / 1e9;
      int epochs = model.history().epochs().size();
      return Optional.of(new TrialResult(evaluation, names, epochs, seconds));
    } catch (TrainingDivergedException e) {
      return Optional.empty();
    }
  }

  @Override
  public TimeEstimate estimate(RecipeSettings settings) {
    return plans.apply(settings).estimate(train, valid, settings.options().forTrial());
  }

  @Override
  public String describe(RecipeSettings settings) {
    return plans.apply(settings).toJson() + OptionsText.of(settings.options());
  }

  @Override
  public void tell(RecipeSettings settings, Trial trial) {
    new Observers(settings.options().observers()).tell("trialEnded", o -> o.trialEnded(trial));
  }

  @Override
  public void tell(RecipeSettings settings, TrialStart start) {
    new Observers(settings.options().observers()).tell("trialStarted", o -> o.trialStarted(start));
  }
}
