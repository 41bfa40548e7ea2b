package dev.finetune;

import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.image.Views;
import dev.finetune.internal.plan.OptionsText;
import dev.finetune.train.TrainOptions;
import java.util.List;
import java.util.Locale;

/**
 * The training that a recipe chooses for a network and images.
 *
 * <pre>{@code
 * RecipePlan chosen = FineTune.from(backbone).plan(train, valid, Recipe.article());
 * System.out.println(chosen.describe());
 * FineTunedModel model = chosen.plan().train(train, valid, chosen.options());
 * }</pre>
 *
 * @param recipe the name of the recipe
 * @param plan the network with its frozen layers and its head
 * @param options the training options
 * @param views the views to choose from after the training; see {@link
 *     FineTunedModel#withBestViews}. Empty for none
 * @param reasons why the recipe chose them, a sentence each
 */
public record RecipePlan(
    String recipe,
    FineTunePlan plan,
    TrainOptions options,
    List<Views> views,
    List<String> reasons) {

  /**
   * Creates a plan. Copies the list.
   *
   * @param recipe the name of the recipe
   * @param plan the network with its frozen layers and its head
   * @param options the training options
   * @param views the views to choose from after the training; empty for none
   * @param reasons why the recipe chose them, a sentence each
   */
  public RecipePlan {
    checkNotNull(recipe, "recipe must not be null");
    checkNotNull(plan, "plan must not be null");
    checkNotNull(options, "options must not be null");
    views = List.copyOf(views);
    reasons = List.copyOf(reasons);
  }

  /** {@return what the recipe chose and why, as lines of text} */
  public String describe() {
    StringBuilder text = new StringBuilder("Recipe " + recipe + "\n");
    text.append("Frozen: ").append(plan.freezing()).append('\n');
    text.append("Head: ").append(plan.head().isEmpty() ? "logits only" : plan.head()).append('\n');
    plan.smaller()
        .forEach(
            (epoch, side) ->
                text.append(
                    String.format(
                        Locale.ROOT, "Images until epoch %d: %d x %d%n", epoch, side, side)));
    plan.coTuning()
        .ifPresent(
            coTuning ->
                text.append("Co-tuning: strength ").append(coTuning.strength()).append('\n'));
    text.append("Training: ").append(OptionsText.of(options)).append('\n');
    reasons.forEach(reason -> text.append(reason).append('\n'));
    return text.toString();
  }
}
