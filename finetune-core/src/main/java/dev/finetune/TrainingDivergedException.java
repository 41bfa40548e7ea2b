package dev.finetune;

import dev.finetune.internal.training.StoppedTraining;
import dev.finetune.train.Optimizer;
import java.util.Optional;
import java.util.function.Supplier;

/** A training whose loss or weights became NaN or infinite; it stops there. */
public final class TrainingDivergedException extends TrainingStoppedException {

  private static final long serialVersionUID = 1L;

  private final double loss;
  private final double learningRate;

  TrainingDivergedException(
      StoppedTraining stopped, Optimizer optimizer, Supplier<Optional<FineTunedModel>> lastFinite) {
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
    return "A training has finite losses and weights; in epoch "
        + place.epoch()
        + (place.step() > 0 ? ", step " + place.step() : ", in validation")
        + " the loss became "
        + place.loss()
        + " ("
        + optimizer.name()
        + ", learning rate "
        + optimizer.learningRate()
        + "). Lower the learning rate, to a tenth say; and check that the images and their"
        + " preprocessing are those that the backbone was trained with. "
        + (finished == 0
            ? "No epoch had ended, so there is no model."
            : "lastFinite() has the model that the "
                + finished
                + " epochs before would have given.");
  }

  /** The loss that is not finite: of the step, or NaN in validation. */
  public double loss() {
    return loss;
  }

  /** The learning rate that was too large, if it was that. */
  public double learningRate() {
    return learningRate;
  }
}
