package dev.finetune.recipe;

import dev.finetune.freeze.Freeze;
import dev.finetune.train.Probe;
import dev.finetune.train.TrainOptions;

/** A linear probe on the frozen backbone. */
record ProbeRecipe() implements Recipe {

  @Override
  public String name() {
    return "probe";
  }

  @Override
  public RecipeSettings settings(RecipeInput input) {
    return RecipeSettings.of(
            Freeze.all(), input.backbone().usualHead(), TrainOptions.defaults().epochs(1))
        .withProbe(Probe.only())
        .because(
            "The last layer is fitted to the features of the frozen backbone: the first answer, in"
                + " seconds.");
  }
}
