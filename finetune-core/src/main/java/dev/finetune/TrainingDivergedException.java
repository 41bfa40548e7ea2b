package dev.finetune;

import dev.finetune.internal.training.StoppedTraining;
import dev.finetune.train.Optimizer;
import java.util.Optional;
import java.util.function.Supplier;

/** Thrown if a loss or a weight becomes NaN or infinite in training. */
public final class TrainingDivergedException extends TrainingStoppedException {

  private static final long serialVersionUID = 1L;

  /** The loss that is not finite. */
  private final double loss;

  /** The optimizer's learning rate. */
  private final double learningRate;

  TrainingDivergedException(
      StoppedTraining stopped, Optimizer optimizer, Supplier<Optional<TrainedModel>> lastFinite) {
    super(
        message(stopped, optimizer),
        stopped.place().epoch(),
        stopped.place().step(),
        stopped.history(),
        lastFinite,
        stopped);
    this.loss = stopped.place().loss();
    this.learningRate = optimizer.learningRate();
  }

  private static String message(StoppedTraining stopped, Optimizer optimizer) {
    StoppedTraining.Place place = stopped.place();
    int finished = stopped.history().epochs().size();
    return "Losses and weights must be finite; in epoch "
        + place.epoch()
        + (place.step() > 0 ? ", step " + place.step() : ", in validation")
        + " the loss became "
        + place.loss()
        + " ("
        + optimizer.name()
        + ", learning rate "
        + optimizer.learningRate()
        + "). Lower the learning rate, for example to a tenth, and check that the images have the"
        + " preprocessing that the backbone was trained with. "
        + (finished == 0
            ? "No epoch was finished, so there is no model."
            : "lastFinite() returns the model of the finished epochs (" + finished + ").");
  }

  /** {@return the loss that is not finite: that of the step, or NaN in validation} */
  public double loss() {
    return loss;
  }

  /** {@return the optimizer's learning rate, the likely cause} */
  public double learningRate() {
    return learningRate;
  }
}
