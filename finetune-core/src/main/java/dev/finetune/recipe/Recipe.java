package dev.finetune.recipe;

import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.annotation.Experimental;
import dev.finetune.train.TrainOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A choice of settings that belong together: frozen layers, head and training options.
 * Implementations are immutable.
 *
 * <pre>{@code
 * FineTunedModel model =
 *     FineTune.from(backbone).train(train, valid, Recipe.article().with(o -> o.epochs(20)));
 * }</pre>
 */
@Experimental
public interface Recipe {

  /** The name of the note with the recipe's name in the provenance of a model. */
  String NOTE = "recipe";

  /** The name of the note with the table of trials, as comma-separated values. */
  String TRIALS = "trials";

  /** The time of {@link #best} without another. */
  Duration USUAL_TIME = Duration.ofMinutes(30);

  /** {@return the name for reports and the command line, such as {@code article}} */
  String name();

  /**
   * {@return the settings for a network and images}
   *
   * @param input the network and the images
   * @throws IllegalArgumentException if the recipe does not support them
   */
  RecipeSettings settings(RecipeInput input);

  /**
   * {@return the settings of the published experiment with German traffic signs} The last 8 layers
   * of the backbone train, counted as in Keras; the head is a dense layer with 128 units and
   * dropout of 0.6; Adam with a constant learning rate of 1e-4, batches of 32, 101 epochs, the
   * weights of the last one. They were chosen for VGG16. See {@code docs/parity.md}.
   */
  static Recipe article() {
    return new ArticleRecipe();
  }

  /**
   * {@return a linear probe on the frozen backbone} It takes seconds, and has no epochs and no
   * learning rate; see {@link dev.finetune.train.Probe}. For classes only.
   */
  static Recipe probe() {
    return new ProbeRecipe();
  }

  /**
   * {@return fine-tuning of all layers, which start from a linear probe} The number of epochs
   * depends on the number of images, the size of the network's input on that of the images, and the
   * learning rate on the network. Images are augmented with {@link
   * dev.finetune.image.Augmentations#signs}, and not flipped: whether left and right matter is not
   * known. {@code benchmarks/README.md} has the measurements behind the settings.
   */
  static Recipe recommended() {
    return new RecommendedRecipe(Optional.empty());
  }

  /**
   * {@return the best settings that are found in a time, which includes the training with them}
   * About half of the time goes to a {@link Search}: it compares the settings of {@link
   * #recommended} with other learning rates, image sizes, augmentations, heads and frozen stages,
   * by their loss on the validation images. Others replace them only if they are better by more
   * than the standard error. The training has as many epochs as the rest of the time allows. Views
   * are averaged if they lower the loss on the validation images; see {@link RecipeSettings#after}.
   * For classes only.
   *
   * <p>The choice depends on how fast the machine is. The chosen settings are recorded in the
   * model, with the table of trials in the note {@value #TRIALS}.
   *
   * @param time the time in which the training ends, over 0
   * @throws IllegalArgumentException if the time is not over 0
   */
  static Recipe best(Duration time) {
    return new BestRecipe(time);
  }

  /** {@return the names that {@link #parse} knows} */
  static List<String> names() {
    return all().stream().map(Recipe::name).toList();
  }

  private static List<Recipe> all() {
    return List.of(article(), probe(), recommended(), best(USUAL_TIME));
  }

  /**
   * {@return the recipe with a name} For {@code best} the time is 30 minutes; see {@link #within}.
   *
   * @param name one of {@link #names}
   * @throws IllegalArgumentException if the name is unknown
   */
  static Recipe parse(String name) {
    return all().stream()
        .filter(recipe -> recipe.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "A recipe must be one of " + names() + ", got " + name));
  }

  /**
   * {@return a copy with other training options}
   *
   * @param change returns the options to use instead of those that it receives
   */
  default Recipe with(UnaryOperator<TrainOptions> change) {
    checkNotNull(change, "change must not be null");
    return new ChangedRecipe(this, change);
  }

  /**
   * {@return a copy with groups of images} A probe keeps a group in one fold, and differences
   * between trials count groups instead of images; see {@link dev.finetune.data.Folds}.
   *
   * @param groupOf returns the group of an image by its name
   */
  default Recipe groups(UnaryOperator<String> groupOf) {
    checkNotNull(groupOf, "groupOf must not be null");
    return new GroupedRecipe(this, groupOf);
  }

  /**
   * {@return a copy whose training ends within a time} {@link #recommended} then has fewer epochs
   * if the predicted duration is longer, so that its learning rate still falls to zero, and {@link
   * #best} uses the time. Other recipes get {@linkplain TrainOptions#minutes a time limit}.
   *
   * @param time over 0
   * @throws IllegalArgumentException if the time is not over 0
   */
  default Recipe within(Duration time) {
    double minutes = TrialTimes.requireTime(time).toMillis() / 60_000.0;
    return with(options -> options.minutes(minutes));
  }
}
