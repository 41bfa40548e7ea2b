package dev.finetune.recipe;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import com.google.common.collect.ImmutableList;
import dev.finetune.annotation.Experimental;
import dev.finetune.freeze.FreezeStrategy;
import dev.finetune.head.HeadLayer;
import dev.finetune.image.Views;
import dev.finetune.train.Probe;
import dev.finetune.train.TrainOptions;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * The settings that a recipe chooses. Those that the application sets itself take precedence.
 *
 * @param side the height and width of the images in pixels; empty for the backbone's own
 * @param freezing chooses the frozen layers of the backbone
 * @param head the layers between the backbone and the outputs, in order; without effect if a model
 *     is continued, which keeps its head
 * @param probe the linear probe that the last layer starts from; empty for random values
 * @param options the training options
 * @param views the views from which the trained model gets those that lower the loss on the
 *     validation images most; see {@link dev.finetune.FineTunedModel#withBestViews}. Empty for none
 * @param reasons why the recipe chose them, a sentence each
 */
@Experimental
public record RecipeSettings(
    OptionalInt side,
    FreezeStrategy freezing,
    List<HeadLayer> head,
    Optional<Probe> probe,
    TrainOptions options,
    List<Views> views,
    List<String> reasons) {

  /**
   * Creates settings. Copies the lists.
   *
   * @param side the height and width of the images in pixels; empty for the backbone's own
   * @param freezing chooses the frozen layers of the backbone
   * @param head the layers between the backbone and the outputs, in order
   * @param probe the linear probe that the last layer starts from; empty for random values
   * @param options the training options
   * @param views the views to choose from after the training; empty for none
   * @param reasons why the recipe chose them, a sentence each
   */
  public RecipeSettings {
    checkNotNull(side, "side must not be null");
    checkNotNull(freezing, "freezing must not be null");
    checkNotNull(probe, "probe must not be null");
    checkNotNull(options, "options must not be null");
    head = List.copyOf(head);
    views = List.copyOf(views);
    reasons = List.copyOf(reasons);
  }

  /**
   * {@return settings with the backbone's own image size and a random head, without reasons}
   *
   * @param freezing chooses the frozen layers of the backbone
   * @param head the layers between the backbone and the outputs, in order
   * @param options the training options
   */
  public static RecipeSettings of(
      FreezeStrategy freezing, List<HeadLayer> head, TrainOptions options) {
    return new RecipeSettings(
        OptionalInt.empty(), freezing, head, Optional.empty(), options, List.of(), List.of());
  }

  /**
   * {@return a copy for images of another size} Without effect on a backbone with a fixed size.
   *
   * @param pixels the height and width of the images, at least 1
   * @throws IllegalArgumentException if the value is less than 1
   */
  public RecipeSettings withSide(int pixels) {
    checkArgument(pixels >= 1, "side must be >= 1, got %s", pixels);
    return new RecipeSettings(
        OptionalInt.of(pixels), freezing, head, probe, options, views, reasons);
  }

  /**
   * {@return a copy whose last layer starts from a linear probe}
   *
   * @param value the probe
   */
  public RecipeSettings withProbe(Probe value) {
    return new RecipeSettings(side, freezing, head, Optional.of(value), options, views, reasons);
  }

  /**
   * {@return a copy with other frozen layers}
   *
   * @param strategy chooses the frozen layers of the backbone
   */
  public RecipeSettings withFreezing(FreezeStrategy strategy) {
    return new RecipeSettings(side, strategy, head, probe, options, views, reasons);
  }

  /**
   * {@return a copy with another head}
   *
   * @param layers the layers between the backbone and the outputs, in order
   */
  public RecipeSettings withHead(List<HeadLayer> layers) {
    return new RecipeSettings(side, freezing, layers, probe, options, views, reasons);
  }

  /**
   * {@return a copy with views to choose from after the training}
   *
   * @param choices the views; empty for none
   */
  public RecipeSettings withViews(List<Views> choices) {
    return new RecipeSettings(side, freezing, head, probe, options, choices, reasons);
  }

  /**
   * {@return a copy with one more reason}
   *
   * @param reason a sentence
   */
  public RecipeSettings because(String reason) {
    return new RecipeSettings(
        side,
        freezing,
        head,
        probe,
        options,
        views,
        ImmutableList.<String>builder().addAll(reasons).add(reason).build());
  }

  /**
   * {@return a copy with other training options}
   *
   * @param change returns the options to use instead of those that it receives
   */
  public RecipeSettings with(UnaryOperator<TrainOptions> change) {
    return new RecipeSettings(side, freezing, head, probe, change.apply(options), views, reasons);
  }
}
