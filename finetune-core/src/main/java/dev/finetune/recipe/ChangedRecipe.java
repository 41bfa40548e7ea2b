package dev.finetune.recipe;

import dev.finetune.train.TrainOptions;
import java.util.function.UnaryOperator;

/** A recipe with training options of the application. */
record ChangedRecipe(Recipe recipe, UnaryOperator<TrainOptions> change) implements Recipe {

  @Override
  public String name() {
    return recipe.name();
  }

  @Override
  public RecipeSettings settings(RecipeInput input) {
    return recipe.settings(input).with(change);
  }
}
