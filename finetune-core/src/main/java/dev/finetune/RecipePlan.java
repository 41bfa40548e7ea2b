package dev.finetune;

import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.data.ImageDataset;
import dev.finetune.internal.plan.OptionsText;
import dev.finetune.recipe.AfterTraining;
import dev.finetune.train.EpochWeights;
import dev.finetune.train.TrainOptions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The training that a recipe chooses for a network and images.
 *
 * <pre>{@code
 * RecipePlan chosen = FineTune.from(backbone).plan(train, valid, Recipe.article());
 * System.out.println(chosen.describe());
 * FineTunedModel model = chosen.train(train, valid);
 * }</pre>
 *
 * @param recipe the name of the recipe
 * @param plan the network with its frozen layers and its head
 * @param options the training options
 * @param after what may improve the model after its training; only {@link #train} does it
 * @param reasons why the recipe chose them, a sentence each
 */
public record RecipePlan(
    String recipe,
    FineTunePlan plan,
    TrainOptions options,
    AfterTraining after,
    List<String> reasons) {

  /**
   * Creates a plan. Copies the list.
   *
   * @param recipe the name of the recipe
   * @param plan the network with its frozen layers and its head
   * @param options the training options
   * @param after what may improve the model after its training
   * @param reasons why the recipe chose them, a sentence each
   */
  public RecipePlan {
    checkNotNull(recipe, "recipe must not be null");
    checkNotNull(plan, "plan must not be null");
    checkNotNull(options, "options must not be null");
    checkNotNull(after, "after must not be null");
    reasons = List.copyOf(reasons);
  }

  /**
   * Trains a classifier, and improves it after the training if the recipe says so.
   *
   * @param train the images to train on
   * @param valid the images to validate on after each epoch, with the same classes
   * @return the trained model
   * @throws IllegalArgumentException if the settings or the images do not fit together
   * @throws TrainingStoppedException if the training stops before its last epoch
   * @throws IllegalStateException if the memory is not sufficient, or no engine can compute the
   *     network
   */
  public FineTunedModel train(ImageDataset train, ImageDataset valid) {
    if (after.isNothing()) {
      return plan.train(train, valid, options);
    }
    Optional<EpochWeights> recent = after.recent(options.epochs());
    TrainOptions observed = recent.map(options::observer).orElse(options);
    try (FineTunedModel model = plan.train(train, valid, observed)) {
      return model.improved(after, recent.map(EpochWeights::list).orElse(List.of()), valid);
    }
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
