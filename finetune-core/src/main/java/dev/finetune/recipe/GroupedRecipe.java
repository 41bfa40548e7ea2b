package dev.finetune.recipe;

import java.time.Duration;
import java.util.function.UnaryOperator;

/** A recipe with groups of images. */
record GroupedRecipe(Recipe recipe, UnaryOperator<String> groupOf) implements Recipe {

  @Override
  public String name() {
    return recipe.name();
  }

  @Override
  public RecipeSettings settings(RecipeInput input) {
    RecipeSettings chosen = recipe.settings(input.withGroups(groupOf));
    RecipeSettings settings = chosen.withAfter(chosen.after().groups(groupOf));
    return settings.probe().isPresent()
        ? settings.withProbe(settings.probe().get().groups(groupOf))
        : settings;
  }

  @Override
  public Recipe within(Duration time) {
    return new GroupedRecipe(recipe.within(time), groupOf);
  }
}
