package dev.finetune.recipe;

import dev.finetune.annotation.Experimental;
import dev.finetune.train.TimeEstimate;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.Trial;
import dev.finetune.train.TrialStart;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Trainings with which a recipe finds its settings. {@link dev.finetune.FineTune} implements it for
 * its network and images; settings of the application take precedence over those of a trial.
 */
@Experimental
public interface Trials {

  /**
   * Trains with settings and computes the results on the validation images.
   *
   * @param settings the settings of the training
   * @return the results; empty if a loss, an output or a weight was not finite
   * @throws IllegalArgumentException if the settings do not fit the network or the images
   */
  Optional<TrialResult> train(RecipeSettings settings);

  /**
   * {@return the predicted duration of a training}
   *
   * @param settings the settings of the training
   */
  TimeEstimate estimate(RecipeSettings settings);

  /**
   * {@return what a training with the settings depends on, as text} The text of two settings is
   * equal if those that the application set hide the difference.
   *
   * @param settings the settings of the training
   */
  String describe(RecipeSettings settings);

  /**
   * Tells the observers of a training about a trial.
   *
   * @param settings the settings of the trial, whose options have the observers
   * @param trial what was tried
   */
  void tell(RecipeSettings settings, Trial trial);

  /**
   * Tells the observers of a training that a trial begins.
   *
   * @param settings the settings of the trial, whose options have the observers
   * @param start what is tried
   */
  void tell(RecipeSettings settings, TrialStart start);

  /**
   * {@return whether the application requested the end}
   *
   * @param settings the settings whose options have the signal
   */
  default boolean endRequested(RecipeSettings settings) {
    return settings.options().stopSignal().map(signal -> signal.requested()).orElse(false);
  }

  /**
   * {@return trials with other training options}
   *
   * @param change returns the options to use instead of those that it receives
   */
  default Trials with(UnaryOperator<TrainOptions> change) {
    return new ChangedTrials(this, change);
  }

  /** {@return trials that cannot train: a recipe that needs them fails with a message} */
  static Trials none() {
    return new NoTrials();
  }
}
