/**
 * Settings of a training that belong together.
 *
 * <p>A {@link dev.finetune.recipe.Recipe} chooses the frozen layers, the head and the training
 * options for a network and images. {@link dev.finetune.recipe.RecipeInput} is what it chooses by,
 * and {@link dev.finetune.recipe.RecipeSettings} what it chooses, with the reasons.
 *
 * <pre>{@code
 * FineTunedModel model = FineTune.from(backbone).train(train, valid, Recipe.article());
 * }</pre>
 *
 * <p>A {@link dev.finetune.recipe.Search} compares recipes with trainings. {@link
 * dev.finetune.recipe.Trials} is how it trains: {@link dev.finetune.FineTune} implements it, so
 * this package does not know how a network is trained.
 *
 * <p>The package builds on {@link dev.finetune.train}, {@link dev.finetune.head} and {@link
 * dev.finetune.freeze}.
 */
@NullMarked
package dev.finetune.recipe;

import org.jspecify.annotations.NullMarked;
