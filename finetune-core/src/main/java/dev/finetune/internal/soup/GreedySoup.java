package dev.finetune.internal.soup;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.graph.LayerGraph;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A greedy soup (M. Wortsman et al., "Model soups", 2022, Recipe 1): the average of those
 * candidates that do not lower the score.
 *
 * @param members the indices of the candidates in the average, in descending order of their scores
 * @param weights the average of the members; the candidate itself if there is one
 * @param score the score of the average
 * @param scores the score of each candidate
 */
public record GreedySoup(
    List<Integer> members, Weights weights, double score, List<Double> scores) {

  public GreedySoup {
    members = List.copyOf(members);
    scores = List.copyOf(scores);
  }

  /**
   * Makes a soup. It begins with the candidate that has the highest score. Then each other
   * candidate, in descending order of the scores, becomes a member if the average with it has at
   * least the score of the average without it. So a candidate that leaves the score as it is
   * becomes a member, as in the paper. Candidates with equal scores come in the given order.
   *
   * @param graph the layers of all candidates
   * @param candidates at least one
   * @param scorer returns the score of weights; higher is better. It is called for each candidate,
   *     and for each candidate but the best in an average
   * @throws IllegalArgumentException if there is no candidate, or a score is NaN
   * @throws dev.finetune.weights.WeightsException if weights are not those of the graph, or a value
   *     is not finite; the message has the number of the candidate, from 1
   */
  public static GreedySoup of(
      LayerGraph graph, List<Weights> candidates, ToDoubleFunction<Weights> scorer) {
    checkArgument(!candidates.isEmpty(), "A soup must have at least one model, got none");
    for (int i = 0; i < candidates.size(); i++) {
      candidates.get(i).requireMatch(graph, name(i));
      candidates.get(i).requireFinite(name(i));
    }
    double[] scores = new double[candidates.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = score(scorer, candidates.get(i), name(i));
    }
    List<Integer> order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> scores[i]).reversed())
            .toList();
    List<Integer> members = new ArrayList<>(order.subList(0, 1));
    Weights weights = candidates.get(order.get(0));
    double score = scores[order.get(0)];
    for (int candidate : order.subList(1, order.size())) {
      members.add(candidate);
      Weights with = WeightMean.of(graph, members.stream().map(candidates::get).toList());
      double scoreWith = score(scorer, with, "the average with " + name(candidate));
      if (scoreWith >= score) {
        weights = with;
        score = scoreWith;
      } else {
        members.remove(members.size() - 1);
      }
    }
    return new GreedySoup(members, weights, score, Arrays.stream(scores).boxed().toList());
  }

  private static String name(int index) {
    return "model " + (index + 1) + " of the soup";
  }

  private static double score(ToDoubleFunction<Weights> scorer, Weights weights, String name) {
    double score = scorer.applyAsDouble(weights);
    checkArgument(!Double.isNaN(score), "Scores must be numbers, got NaN for %s", name);
    return score;
  }
}
