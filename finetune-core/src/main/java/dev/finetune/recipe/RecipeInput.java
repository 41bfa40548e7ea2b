package dev.finetune.recipe;

import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.annotation.Experimental;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.ImageSource;
import dev.finetune.loss.Targets;

/**
 * What a recipe chooses the settings by.
 *
 * @param backbone the pretrained network
 * @param kind what the images have: classes, tags or values
 * @param outputs the number of classes, tags or values
 * @param train the images to train on
 * @param valid the images to validate on
 */
@Experimental
public record RecipeInput(
    Backbone backbone, Targets.Kind kind, int outputs, ImageSource train, ImageSource valid) {

  /**
   * Creates the input of a recipe.
   *
   * @param backbone the pretrained network
   * @param kind what the images have: classes, tags or values
   * @param outputs the number of classes, tags or values
   * @param train the images to train on
   * @param valid the images to validate on
   */
  public RecipeInput {
    checkNotNull(backbone, "backbone must not be null");
    checkNotNull(kind, "kind must not be null");
    checkNotNull(train, "train must not be null");
    checkNotNull(valid, "valid must not be null");
  }
}
