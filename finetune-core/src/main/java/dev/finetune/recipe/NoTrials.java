package dev.finetune.recipe;

import dev.finetune.train.TimeEstimate;
import dev.finetune.train.Trial;
import dev.finetune.train.TrialStart;
import java.util.Optional;

/** Trials where there is nothing to train with. */
record NoTrials() implements Trials {

  @Override
  public Optional<TrialResult> train(RecipeSettings settings) {
    throw unsupported();
  }

  @Override
  public TimeEstimate estimate(RecipeSettings settings) {
    throw unsupported();
  }

  @Override
  public String describe(RecipeSettings settings) {
    throw unsupported();
  }

  @Override
  public void tell(RecipeSettings settings, Trial trial) {
    throw unsupported();
  }

  @Override
  public void tell(RecipeSettings settings, TrialStart start) {
    throw unsupported();
  }

  private static IllegalStateException unsupported() {
    return new IllegalStateException(
        "A recipe that tries several settings must be used through FineTune.train, plan or"
            + " settings, got an input without trials");
  }
}
