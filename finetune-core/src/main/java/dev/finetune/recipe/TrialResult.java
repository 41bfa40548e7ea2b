package dev.finetune.recipe;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import dev.finetune.annotation.Experimental;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.evaluate.PairedDifference;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The results of a trial on the validation images.
 *
 * @param evaluation the results
 * @param names the name of each image, in the same order
 * @param epochs the number of epochs that were trained
 * @param seconds the time of the training in seconds
 */
@Experimental
public record TrialResult(Evaluation evaluation, List<String> names, int epochs, double seconds) {

  /**
   * Creates a result. Copies the list.
   *
   * @param evaluation the results
   * @param names the name of each image
   * @param epochs the number of epochs that were trained
   * @param seconds the time of the training in seconds
   * @throws IllegalArgumentException if there is not one name for each image
   */
  public TrialResult {
    names = ImmutableList.copyOf(names);
    checkArgument(
        names.size() == evaluation.count(),
        "names must have one entry per image (%s), got %s",
        evaluation.count(),
        names.size());
  }

  /** {@return the mean cross-entropy of the images} */
  public double loss() {
    return evaluation.loss();
  }

  /**
   * {@return the difference of the losses to those of another result}
   *
   * @param other the result of another trial on the same images
   * @param groupOf returns the group of an image by its name
   */
  public PairedDifference minus(TrialResult other, UnaryOperator<String> groupOf) {
    return PairedDifference.of(
        evaluation.losses(), other.evaluation.losses(), names.stream().map(groupOf).toList());
  }
}
