package dev.finetune.recipe;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.annotation.Experimental;
import dev.finetune.image.Views;
import dev.finetune.train.EpochWeights;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What may improve a model after its training. Each is taken only if it lowers the loss on the
 * validation images by more than the standard error of the difference.
 *
 * @param epochs the number of epochs before the last one whose weights may be averaged with those
 *     of the model; see {@link dev.finetune.FineTunedModel#withBestAverage}. 0 for none
 * @param views the views from which the model gets the best; see {@link
 *     dev.finetune.FineTunedModel#withBestViews}. Empty for none
 * @param groupOf returns the group of an image by its name; images of a group are alike for reasons
 *     other than their class
 */
@Experimental
public record AfterTraining(int epochs, List<Views> views, UnaryOperator<String> groupOf) {

  /**
   * Creates a choice. Copies the list.
   *
   * @param epochs the number of epochs whose weights may be averaged, at least 0
   * @param views the views to choose from; empty for none
   * @param groupOf returns the group of an image by its name
   * @throws IllegalArgumentException if the number is negative
   */
  public AfterTraining {
    checkArgument(epochs >= 0, "epochs must be >= 0, got %s", epochs);
    views = List.copyOf(views);
    checkNotNull(groupOf, "groupOf must not be null");
  }

  /**
   * {@return an observer that collects the weights to average; empty if there are none} The
   * distance between their epochs is a twenty-fifth of the training, in which a falling learning
   * rate changes the weights little.
   *
   * @param trained the number of epochs of the training
   */
  public Optional<EpochWeights> recent(int trained) {
    return epochs == 0
        ? Optional.empty()
        : Optional.of(EpochWeights.last(epochs, Math.max(1, trained / 25)));
  }

  /**
   * {@return a copy with groups of images}
   *
   * @param value returns the group of an image by its name
   */
  public AfterTraining groups(UnaryOperator<String> value) {
    return new AfterTraining(epochs, views, value);
  }

  /**
   * {@return a copy with other views to choose from}
   *
   * @param choices the views; empty for none
   */
  public AfterTraining views(List<Views> choices) {
    return new AfterTraining(epochs, choices, groupOf);
  }

  /** {@return nothing: the model stays as it is} */
  public static AfterTraining nothing() {
    return new AfterTraining(0, List.of(), UnaryOperator.identity());
  }

  /** {@return whether the model stays as it is} */
  public boolean isNothing() {
    return epochs == 0 && views.isEmpty();
  }
}
