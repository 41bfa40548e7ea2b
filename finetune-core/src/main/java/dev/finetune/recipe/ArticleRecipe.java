package dev.finetune.recipe;

import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.head.HeadLayers.dropout;

import dev.finetune.freeze.Freeze;
import dev.finetune.train.Adam;
import dev.finetune.train.Keep;
import dev.finetune.train.TrainOptions;
import java.util.List;

/** The settings of the published experiment with German traffic signs. */
record ArticleRecipe() implements Recipe {

  private static final int TRAINABLE_LAYERS = 8;
  private static final int UNITS = 128;
  private static final double DROPOUT = 0.6;
  private static final double LEARNING_RATE = 1e-4;
  private static final int BATCH = 32;
  private static final int EPOCHS = 101;

  private static final RecipeSettings SETTINGS =
      RecipeSettings.of(
              Freeze.allBut(TRAINABLE_LAYERS),
              List.of(dense(UNITS), dropout(DROPOUT)),
              TrainOptions.defaults()
                  .epochs(EPOCHS)
                  .batch(BATCH)
                  .optimizer(Adam.adam(LEARNING_RATE))
                  .keep(Keep.LAST))
          .because("All settings are those of the published experiment, whatever the images are.");

  @Override
  public String name() {
    return "article";
  }

  @Override
  public RecipeSettings settings(RecipeInput input) {
    return SETTINGS;
  }
}
