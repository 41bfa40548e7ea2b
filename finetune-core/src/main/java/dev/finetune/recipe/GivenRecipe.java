package dev.finetune.recipe;

/** Settings that do not depend on the input. */
record GivenRecipe(String name, RecipeSettings settings) implements Recipe {

  @Override
  public RecipeSettings settings(RecipeInput input) {
    return settings;
  }
}
