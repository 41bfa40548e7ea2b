package dev.finetune.recipe;

import dev.finetune.evaluate.PairedDifference;
import dev.finetune.train.Trial;
import dev.finetune.train.Trial.Verdict;
import dev.finetune.train.TrialStart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;

/** A run of a {@link Search}. */
final class SuccessiveHalving {

  /** The share of the candidates that goes on to the next round, besides the reference. */
  private static final double KEPT = 1.0 / 3;

  /** Settings with all epochs. */
  private record Runner(String name, RecipeSettings settings) {}

  /** A runner with its result. */
  private record Finished(Runner runner, TrialResult result) {}

  private final Search search;
  private final Trials trials;
  private final UnaryOperator<String> groupOf;
  private final List<Runner> runners;
  private final List<Trial> told = new ArrayList<>();
  private final long start = System.nanoTime();

  SuccessiveHalving(Search search, RecipeInput input) {
    this.search = search;
    this.trials = input.trials();
    this.groupOf = input.groupOf();
    this.runners =
        search.candidates().stream()
            .map(c -> new Runner(c.name(), c.recipe().settings(input)))
            .toList();
  }

  SearchResult run() {
    List<Runner> remaining = runners;
    int rounds = search.efforts().size();
    for (int round = 1; round <= rounds; round++) {
      List<Finished> finished = train(remaining, round);
      if (finished.isEmpty()) {
        throw new IllegalStateException(
            "All candidates of a search diverged: use lower learning rates. Got "
                + remaining.stream().map(Runner::name).toList());
      }
      if (round == rounds || ended()) {
        return choose(finished, round);
      }
      remaining = shortened(finished, round);
    }
    throw new IllegalStateException("A search must have at least one round");
  }

  private boolean ended() {
    return trials.endRequested(runners.get(0).settings());
  }

  private boolean timeIsOver() {
    return search
        .time()
        .map(limit -> Duration.ofNanos(System.nanoTime() - start).compareTo(limit) >= 0)
        .orElse(false);
  }

  /**
   * Trains in a round. The reference always trains: without it there is nothing to compare with.
   */
  private List<Finished> train(List<Runner> remaining, int round) {
    List<Finished> finished = new ArrayList<>();
    int number = 0;
    for (Runner runner : remaining) {
      number++;
      if (!finished.isEmpty() && (timeIsOver() || ended())) {
        tell(runner, round, 0, Optional.empty(), Verdict.SKIPPED, "no time was left");
        continue;
      }
      int epochs =
          (int)
              Math.max(
                  1,
                  Math.round(
                      runner.settings().options().epochs() * search.efforts().get(round - 1)));
      trials.tell(
          runner.settings(),
          new TrialStart(runner.name(), round, number, remaining.size(), epochs));
      Optional<TrialResult> result = trials.train(runner.settings().withEpochs(epochs));
      if (result.isPresent()) {
        finished.add(new Finished(runner, result.get()));
      } else {
        tell(
            runner,
            round,
            epochs,
            Optional.empty(),
            Verdict.DIVERGED,
            "a loss, an output or a weight was not finite");
      }
    }
    return finished;
  }

  /** Returns the runners of the next round. */
  private List<Runner> shortened(List<Finished> finished, int round) {
    Finished reference = finished.get(0);
    List<Finished> others =
        finished.stream()
            .skip(1)
            .sorted(Comparator.comparingDouble(f -> f.result().loss()))
            .toList();
    int kept = kept(others.size());
    List<Runner> next = new ArrayList<>();
    next.add(reference.runner());
    tell(reference, round, Verdict.CONTINUED, "the reference");
    for (int rank = 0; rank < others.size(); rank++) {
      Finished other = others.get(rank);
      String place = "rank " + (rank + 1) + " of " + others.size() + ", " + kept + " continue";
      if (rank < kept) {
        next.add(other.runner());
        tell(other, round, Verdict.CONTINUED, place);
      } else {
        tell(other, round, Verdict.STOPPED, place);
      }
    }
    return next;
  }

  /** Returns how many of the candidates besides the reference go on to the next round. */
  static int kept(int others) {
    return (int) Math.ceil(others * KEPT);
  }

  private SearchResult choose(List<Finished> finished, int round) {
    Finished reference = finished.get(0);
    Finished lowest =
        finished.stream().min(Comparator.comparingDouble(f -> f.result().loss())).orElseThrow();
    Finished chosen = difference(lowest, reference).isImprovement() ? lowest : reference;
    for (Finished one : finished) {
      tell(
          one,
          round,
          one.equals(chosen) ? Verdict.CHOSEN : Verdict.STOPPED,
          one.equals(reference)
              ? "the reference" + (finished.size() == 1 ? "" : "; loss differences are to it")
              : reason(difference(one, reference)));
    }
    return new SearchResult(chosen.runner().name(), chosen.runner().settings(), told);
  }

  private PairedDifference difference(Finished first, Finished second) {
    return first.result().minus(second.result(), groupOf);
  }

  private static String reason(PairedDifference difference) {
    return String.format(
        Locale.ROOT,
        "loss %+.4f, standard error %.4f",
        difference.mean(),
        difference.standardError());
  }

  private void tell(Finished finished, int round, Verdict verdict, String reason) {
    tell(
        finished.runner(),
        round,
        finished.result().epochs(),
        Optional.of(finished.result()),
        verdict,
        reason);
  }

  private void tell(
      Runner runner,
      int round,
      int epochs,
      Optional<TrialResult> result,
      Verdict verdict,
      String reason) {
    Trial trial =
        new Trial(
            runner.name(),
            round,
            epochs,
            result.map(TrialResult::seconds).orElse(0.0),
            result.map(r -> OptionalDouble.of(r.loss())).orElse(OptionalDouble.empty()),
            result.map(r -> r.evaluation().right()).orElse(0),
            result.map(r -> r.evaluation().count()).orElse(0),
            verdict,
            reason);
    told.add(trial);
    trials.tell(runner.settings(), trial);
  }
}
