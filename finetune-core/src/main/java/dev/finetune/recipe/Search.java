package dev.finetune.recipe;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import dev.finetune.annotation.Experimental;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A search for the best of several settings by successive halving (K. Jamieson and A. Talwalkar,
 * "Non-stochastic Best Arm Identification and Hyperparameter Optimization", 2016). In the first
 * round all candidates train for a few epochs; those with the lowest loss go on to the next round,
 * which has more epochs. With one round it compares all candidates after all of their epochs.
 * Immutable.
 *
 * <p>The first candidate is the reference. It takes part in every round, and another candidate is
 * chosen only if its loss in the last round is lower by more than the standard error of the
 * difference: among many candidates, one is always better on a small validation set by chance.
 *
 * <pre>{@code
 * SearchResult found =
 *     FineTune.from(backbone)
 *         .search(
 *             Folds.of(images, name -> name.split("_")[0], 5, 42),
 *             Search.reference("recommended", Recipe.recommended())
 *                 .candidate("slow", Recipe.recommended().with(o -> o.optimizer(adamW(1e-4)))));
 * System.out.println(found.table());
 * }</pre>
 */
@Experimental
public final class Search {

  private static final double KEPT = 1.0 / 3;

  private final List<Candidate> candidates;
  private final List<Double> efforts;
  private final Optional<Duration> time;
  private final UnaryOperator<String> groupOf;

  private Search(
      List<Candidate> candidates,
      List<Double> efforts,
      Optional<Duration> time,
      UnaryOperator<String> groupOf) {
    this.candidates = candidates;
    this.efforts = efforts;
    this.time = time;
    this.groupOf = groupOf;
  }

  /**
   * {@return a search with one candidate, one round and no time limit}
   *
   * @param name the name of the candidate that the others have to improve on
   * @param recipe chooses its settings
   */
  public static Search reference(String name, Recipe recipe) {
    return new Search(
        List.of(new Candidate(name, recipe)),
        List.of(1.0),
        Optional.empty(),
        UnaryOperator.identity());
  }

  /**
   * {@return a copy with one more candidate}
   *
   * @param name its name, which no other candidate has
   * @param recipe chooses its settings
   * @throws IllegalArgumentException if there is a candidate with this name
   */
  public Search candidate(String name, Recipe recipe) {
    checkArgument(
        candidates.stream().noneMatch(c -> c.name().equals(name)),
        "Candidates must have distinct names, got \"%s\" twice",
        name);
    return new Search(
        ImmutableList.<Candidate>builder()
            .addAll(candidates)
            .add(new Candidate(name, recipe))
            .build(),
        efforts,
        time,
        groupOf);
  }

  /**
   * {@return a copy with rounds of successive halving} A third of the candidates goes on to the
   * next round, in which each trains for three times as many epochs; in the last round for all of
   * them.
   *
   * @param count the number of rounds, from 1 to 6
   * @throws IllegalArgumentException if the value is outside its range
   */
  public Search rounds(int count) {
    checkArgument(count >= 1 && count <= 6, "rounds must be from 1 to 6, got %s", count);
    return efforts(
        IntStream.range(0, count).mapToDouble(i -> Math.pow(KEPT, count - 1 - i)).toArray());
  }

  /**
   * {@return a copy with the shares of the epochs that candidates train for, one for each round}
   *
   * @param shares over 0 and up to 1, in ascending order, at least one
   * @throws IllegalArgumentException if a value is outside its range or not in order
   */
  public Search efforts(double... shares) {
    checkArgument(shares.length > 0, "There must be at least one effort, got none");
    List<Double> values = ImmutableDoubleArray.copyOf(shares).asList();
    for (int i = 0; i < shares.length; i++) {
      checkArgument(
          shares[i] > 0 && shares[i] <= 1 && (i == 0 || shares[i] > shares[i - 1]),
          "efforts must be over 0, up to 1 and in ascending order, got %s",
          values);
    }
    return new Search(candidates, values, time, groupOf);
  }

  /**
   * {@return a copy that begins no trial after a time, except those of the reference} A trial that
   * runs is not interrupted.
   *
   * @param limit the time from the start of the search, over 0
   * @throws IllegalArgumentException if the time is not over 0
   */
  public Search within(Duration limit) {
    checkNotNull(limit, "time must not be null");
    checkArgument(
        !limit.isNegative() && !limit.isZero(), "The time of a search must be > 0, got %s", limit);
    return new Search(candidates, efforts, Optional.of(limit), groupOf);
  }

  /**
   * {@return a copy with groups of validation images} Differences between trials then count groups
   * instead of images.
   *
   * @param value returns the group of an image by its name
   */
  public Search groups(UnaryOperator<String> value) {
    return new Search(candidates, efforts, time, checkNotNull(value, "groups must not be null"));
  }

  /** {@return the function from the name of an image to its group} */
  public UnaryOperator<String> groupOf() {
    return groupOf;
  }

  /** {@return the candidates; the first is the reference} */
  public List<Candidate> candidates() {
    return candidates;
  }

  /** {@return the share of its epochs that a candidate trains for, for each round} */
  public List<Double> efforts() {
    return efforts;
  }

  /** {@return the time after which no trial begins; empty for no limit} */
  public Optional<Duration> time() {
    return time;
  }

  /**
   * Runs the search.
   *
   * @param input the network, the images, and the trials that train
   * @return the chosen candidate and all trials
   * @throws IllegalArgumentException if a recipe does not support the input, or settings do not fit
   *     the network or the images
   * @throws IllegalStateException if all candidates diverged
   */
  public SearchResult run(RecipeInput input) {
    return new SuccessiveHalving(this, input).run();
  }
}
