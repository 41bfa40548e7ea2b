package dev.finetune.recipe;

import dev.finetune.train.TimeEstimate;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.Trial;
import dev.finetune.train.TrialStart;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Trials with training options of the application. */
record ChangedTrials(Trials trials, UnaryOperator<TrainOptions> change) implements Trials {

  @Override
  public Optional<TrialResult> train(RecipeSettings settings) {
    return trials.train(settings.with(change));
  }

  @Override
  public TimeEstimate estimate(RecipeSettings settings) {
    return trials.estimate(settings.with(change));
  }

  @Override
  public String describe(RecipeSettings settings) {
    return trials.describe(settings.with(change));
  }

  @Override
  public void tell(RecipeSettings settings, Trial trial) {
    trials.tell(settings.with(change), trial);
  }

  @Override
  public void tell(RecipeSettings settings, TrialStart start) {
    trials.tell(settings.with(change), start);
  }

  @Override
  public boolean endRequested(RecipeSettings settings) {
    return trials.endRequested(settings.with(change));
  }
}
