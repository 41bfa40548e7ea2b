package dev.finetune.examples;

import dev.finetune.FineTune;
import dev.finetune.TrainedModel;
import dev.finetune.TrainingInterruptedException;
import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageSource;
import dev.finetune.recipe.Recipe;
import dev.finetune.recipe.RecipeSettings;
import dev.finetune.train.StopSignal;
import dev.finetune.train.TrainingObserver;
import dev.finetune.train.Trial;
import dev.finetune.train.TrialStart;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * Has a recipe choose the settings of a training, which may train trials. A signal ends them.
 *
 * @param recipe with the options of the call
 * @param err receives the reasons
 */
record RecipeChoice(Recipe recipe, PrintWriter err) {

  /** Prints the trials of a search. */
  private static final class TrialPrinter implements TrainingObserver {
    @Override
    public void trialStarted(TrialStart start) {
      System.err.printf(
          "round %d, trial %d of %d: %s, %d epochs%n",
          start.round(), start.number(), start.trials(), start.candidate(), start.epochs());
    }

    @Override
    public void trialEnded(Trial trial) {
      System.err.printf(
          Locale.ROOT,
          "trial %s, %d epochs, %.1f s: %sround %d, %s (%s)%n",
          trial.candidate(),
          trial.epochs(),
          trial.seconds(),
          trial.loss().isPresent()
              ? String.format(
                  Locale.ROOT,
                  "valid loss %.4f accuracy %s, ",
                  trial.loss().getAsDouble(),
                  trial.accuracy())
              : "",
          trial.round(),
          trial.verdict().name().toLowerCase(Locale.ROOT),
          trial.reason());
    }
  }

  /**
   * Returns the settings.
   *
   * @param training the network, with what the call sets
   * @throws WrongCall if the recipe does not support the network or the images
   * @throws SearchStopped if a signal ends the trials
   */
  <D extends ImageSource, M extends TrainedModel, E> RecipeSettings settings(
      FineTune training, TrainingData<D, M, E> images) {
    StopSignal stop = new StopSignal();
    Recipe told = recipe.with(o -> o.stopSignal(stop).observer(new TrialPrinter()));
    RecipeSettings settings;
    try (Signals signals = Signals.to(stop, err)) {
      try {
        settings =
            images
                .task()
                .settings(training, images.train().images(), images.valid().images(), told);
      } catch (TrainingInterruptedException e) {
        throw signals.exitCode() == 0 ? e : new SearchStopped(signals.exitCode());
      } catch (DatasetException e) {
        throw e;
      } catch (IllegalArgumentException e) {
        throw WrongCall.because(e).of(TrainCommand.RECIPE);
      }
      if (signals.exitCode() != 0) {
        throw new SearchStopped(signals.exitCode());
      }
    }
    settings
        .reasons()
        .forEach(reason -> System.err.println("recipe " + recipe.name() + ": " + reason));
    return settings.with(options -> options.note(Recipe.NOTE, recipe.name()));
  }
}
