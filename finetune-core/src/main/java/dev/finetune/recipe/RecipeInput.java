package dev.finetune.recipe;

import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.annotation.Experimental;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.ImageSource;
import dev.finetune.loss.Targets;
import dev.finetune.train.TrainOptions;
import java.util.function.UnaryOperator;

/**
 * What a recipe chooses the settings by.
 *
 * @param backbone the pretrained network
 * @param kind what the images have: classes, tags or values
 * @param outputs the number of classes, tags or values
 * @param train the images to train on
 * @param valid the images to validate on
 * @param groupOf returns the group of an image by its name; images that are alike for reasons other
 *     than their class have the same group
 * @param trials trains with settings, for recipes that try several
 */
@Experimental
public record RecipeInput(
    Backbone backbone,
    Targets.Kind kind,
    int outputs,
    ImageSource train,
    ImageSource valid,
    UnaryOperator<String> groupOf,
    Trials trials) {

  /**
   * Creates the input of a recipe.
   *
   * @param backbone the pretrained network
   * @param kind what the images have: classes, tags or values
   * @param outputs the number of classes, tags or values
   * @param train the images to train on
   * @param valid the images to validate on
   * @param groupOf returns the group of an image by its name; images that are alike for reasons
   *     other than their class have the same group
   * @param trials trains with settings, for recipes that try several
   */
  public RecipeInput {
    checkNotNull(backbone, "backbone must not be null");
    checkNotNull(kind, "kind must not be null");
    checkNotNull(train, "train must not be null");
    checkNotNull(valid, "valid must not be null");
    checkNotNull(groupOf, "groupOf must not be null");
    checkNotNull(trials, "trials must not be null");
  }

  /**
   * Creates the input of a recipe that tries nothing.
   *
   * @param backbone the pretrained network
   * @param kind what the images have: classes, tags or values
   * @param outputs the number of classes, tags or values
   * @param train the images to train on
   * @param valid the images to validate on
   */
  public RecipeInput(
      Backbone backbone, Targets.Kind kind, int outputs, ImageSource train, ImageSource valid) {
    this(backbone, kind, outputs, train, valid, UnaryOperator.identity(), Trials.none());
  }

  /** Returns a copy whose trials have other training options. */
  RecipeInput with(UnaryOperator<TrainOptions> change) {
    return new RecipeInput(backbone, kind, outputs, train, valid, groupOf, trials.with(change));
  }

  /** Returns a copy with groups of images. */
  RecipeInput withGroups(UnaryOperator<String> value) {
    return new RecipeInput(backbone, kind, outputs, train, valid, value, trials);
  }
}
