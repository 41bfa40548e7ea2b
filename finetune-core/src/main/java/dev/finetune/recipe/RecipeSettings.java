package dev.finetune.recipe;

import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.annotation.Experimental;
import dev.finetune.freeze.FreezeStrategy;
import dev.finetune.head.HeadLayer;
import dev.finetune.train.TrainOptions;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The settings that a recipe chooses. Those that the application sets itself take precedence.
 *
 * @param freezing chooses the frozen layers of the backbone
 * @param head the layers between the backbone and the outputs, in order; without effect if a model
 *     is continued, which keeps its head
 * @param options the training options
 * @param reasons why the recipe chose them, a sentence each
 */
@Experimental
public record RecipeSettings(
    FreezeStrategy freezing, List<HeadLayer> head, TrainOptions options, List<String> reasons) {

  /**
   * Creates settings. Copies the lists.
   *
   * @param freezing chooses the frozen layers of the backbone
   * @param head the layers between the backbone and the outputs, in order
   * @param options the training options
   * @param reasons why the recipe chose them, a sentence each
   */
  public RecipeSettings {
    checkNotNull(freezing, "freezing must not be null");
    checkNotNull(options, "options must not be null");
    head = List.copyOf(head);
    reasons = List.copyOf(reasons);
  }

  /**
   * {@return a copy with other training options}
   *
   * @param change returns the options to use instead of those that it receives
   */
  public RecipeSettings with(UnaryOperator<TrainOptions> change) {
    return new RecipeSettings(freezing, head, change.apply(options), reasons);
  }
}
