package dev.finetune.recipe;

import dev.finetune.train.TrainOptions;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** A recipe with training options of the application. */
record ChangedRecipe(Recipe recipe, UnaryOperator<TrainOptions> change) implements Recipe {

  @Override
  public String name() {
    return recipe.name();
  }

  @Override
  public Recipe within(Duration time) {
    return new ChangedRecipe(recipe.within(time), change);
  }

  @Override
  public RecipeSettings settings(RecipeInput input) {
    return recipe.settings(input.with(change)).with(change);
  }
}
