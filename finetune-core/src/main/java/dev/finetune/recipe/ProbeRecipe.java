package dev.finetune.recipe;

import dev.finetune.backbone.Backbone;
import dev.finetune.freeze.Freeze;
import dev.finetune.head.HeadLayer;
import dev.finetune.head.HeadLayers;
import dev.finetune.train.Probe;
import dev.finetune.train.TrainOptions;
import java.util.List;

/** A linear probe on the frozen backbone. */
record ProbeRecipe() implements Recipe {

  @Override
  public String name() {
    return "probe";
  }

  @Override
  public RecipeSettings settings(RecipeInput input) {
    return RecipeSettings.of(
            Freeze.all(), pooled(input.backbone()), TrainOptions.defaults().epochs(1))
        .withProbe(Probe.only())
        .because(
            "The last layer is fitted to the features of the frozen backbone: the first answer, in"
                + " seconds.");
  }

  /** Returns a head that averages feature maps; nothing if the backbone ends in a vector. */
  static List<HeadLayer> pooled(Backbone backbone) {
    return backbone.graph().outputShape().flat()
        ? List.of()
        : List.of(HeadLayers.globalAveragePooling());
  }
}
