package dev.finetune.recipe;

import dev.finetune.evaluate.Evaluation;
import dev.finetune.train.TimeEstimate;
import dev.finetune.train.Trial;
import dev.finetune.train.TrialStart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Trials that train nothing. The result of a candidate depends on its seed: each image's
 * probability of its class is that of the script.
 */
final class ScriptedTrials implements Trials {

  /** The number of validation images. */
  static final int IMAGES = 4;

  /** The seconds of an epoch. */
  static final double EPOCH = 0.5;

  private final Map<Long, double[]> script;

  /** The seeds and epochs of all trials, in order. */
  final List<String> trained = new ArrayList<>();

  final List<Trial> told = new ArrayList<>();

  final List<TrialStart> started = new ArrayList<>();

  /** How much slower than usual the estimated machine is. */
  double slower = 1;

  /** The number of trials after which the end is requested. */
  int endAfter = Integer.MAX_VALUE;

  /**
   * Creates trials.
   *
   * @param script the probability of the class of each image by seed; an empty array diverges
   */
  ScriptedTrials(Map<Long, double[]> script) {
    this.script = script;
  }

  @Override
  public Optional<TrialResult> train(RecipeSettings settings) {
    long seed = settings.options().seed();
    trained.add(seed + ":" + settings.options().epochs());
    double[] probabilities = script.getOrDefault(seed, new double[0]);
    if (probabilities.length == 0) {
      return Optional.empty();
    }
    return Optional.of(result(probabilities, settings));
  }

  private static TrialResult result(double[] probabilities, RecipeSettings settings) {
    Evaluation.Tally tally = Evaluation.tally(List.of("a", "b"));
    for (double probability : probabilities) {
      tally.addProbabilities(new double[] {probability, 1 - probability}, 0);
    }
    return new TrialResult(
        tally.result(),
        IntStream.range(0, probabilities.length).mapToObj(i -> "g" + i / 2 + "_" + i).toList(),
        settings.options().epochs(),
        settings.options().epochs() * EPOCH + 1);
  }

  @Override
  public TimeEstimate estimate(RecipeSettings settings) {
    int epochs = settings.options().epochs();
    return new TimeEstimate(List.of(new TimeEstimate.Phase(epochs, slower, EPOCH * slower)));
  }

  @Override
  public String describe(RecipeSettings settings) {
    return settings.toString();
  }

  @Override
  public void tell(RecipeSettings settings, Trial trial) {
    told.add(trial);
  }

  @Override
  public void tell(RecipeSettings settings, TrialStart start) {
    started.add(start);
  }

  @Override
  public boolean endRequested(RecipeSettings settings) {
    return trained.size() >= endAfter;
  }
}
