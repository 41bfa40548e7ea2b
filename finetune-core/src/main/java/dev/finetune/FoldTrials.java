package dev.finetune;

import dev.finetune.data.Folds;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.recipe.RecipeSettings;
import dev.finetune.recipe.TrialResult;
import dev.finetune.recipe.Trials;
import dev.finetune.train.TimeEstimate;
import dev.finetune.train.Trial;
import dev.finetune.train.TrialStart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Trains each trial once for each fold: a result has all images, each without its own fold. */
final class FoldTrials implements Trials {

  private final List<PlanTrials> folds;

  FoldTrials(Folds folds, IntFunction<PlanTrials> ofFold) {
    this.folds = IntStream.range(0, folds.count()).mapToObj(ofFold).toList();
  }

  @Override
  public Optional<TrialResult> train(RecipeSettings settings) {
    List<TrialResult> results = new ArrayList<>();
    for (PlanTrials fold : folds) {
      Optional<TrialResult> result = fold.train(settings);
      if (result.isEmpty()) {
        return Optional.empty();
      }
      results.add(result.get());
    }
    return Optional.of(union(results));
  }

  private static TrialResult union(List<TrialResult> results) {
    return new TrialResult(
        Evaluation.union(results.stream().map(TrialResult::evaluation).toList()),
        results.stream().flatMap(result -> result.names().stream()).toList(),
        results.stream().mapToInt(TrialResult::epochs).max().orElseThrow(),
        results.stream().mapToDouble(TrialResult::seconds).sum());
  }

  @Override
  public TimeEstimate estimate(RecipeSettings settings) {
    Stream<TimeEstimate> all = folds.stream().map(fold -> fold.estimate(settings));
    return new TimeEstimate(all.flatMap(estimate -> estimate.phases().stream()).toList());
  }

  @Override
  public String describe(RecipeSettings settings) {
    return folds.get(0).describe(settings);
  }

  @Override
  public void tell(RecipeSettings settings, Trial trial) {
    folds.get(0).tell(settings, trial);
  }

  @Override
  public void tell(RecipeSettings settings, TrialStart start) {
    folds.get(0).tell(settings, start);
  }
}
