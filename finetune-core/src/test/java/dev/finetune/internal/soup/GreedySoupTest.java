package dev.finetune.internal.soup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.graph.layer.Shape;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.weights.WeightsException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class GreedySoupTest {

  /** A single weight, so that scores can be chosen. */
  private static final LayerGraph LINE =
      LayerGraph.builder()
          .add("in", new Input(Shape.vector(1)))
          .then("out", new Dense(1, Activation.LINEAR))
          .build();

  private static final LayerGraph NETWORK =
      LayerGraph.builder()
          .add("in", new Input(Shape.vector(3)))
          .then("norm", new BatchNorm(1e-3, 0.99))
          .then("out", new Dense(2, Activation.LINEAR))
          .build();

  private static Weights line(double kernel) {
    Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create();
    tensors.put(
        "out", ParameterRole.KERNEL, Tensor.of(List.of(1, 1), new float[] {(float) kernel}));
    tensors.put("out", ParameterRole.BIAS, Tensor.of(List.of(1), new float[1]));
    return Weights.of(tensors);
  }

  private static double kernel(Weights weights) {
    return weights.tensor("out", ParameterRole.KERNEL).values()[0];
  }

  /** Scores the distance from 0. */
  private static double near0(Weights weights) {
    return -Math.abs(kernel(weights));
  }

  /** Does something with each parameter of the network. */
  private static void forEachParameter(BiConsumer<String, ParameterSpec> action) {
    for (Node node : NETWORK.nodes()) {
      node.parameters().forEach(spec -> action.accept(node.name(), spec));
    }
  }

  /** Returns random values for all parameters, running statistics included. */
  private static List<Weights> random(int count, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create();
              forEachParameter(
                  (layer, spec) -> {
                    float[] values = new float[spec.shape().stream().reduce(1, (a, b) -> a * b)];
                    for (int j = 0; j < values.length; j++) {
                      values[j] = (float) random.nextGaussian() * 3;
                    }
                    tensors.put(layer, spec.role(), Tensor.of(spec.shape(), values));
                  });
              return Weights.of(tensors);
            })
        .toList();
  }

  /** Returns a score without any order: candidates are accepted at random. */
  private static double noise(Weights weights) {
    return new Random(weights.tensors().hashCode()).nextDouble();
  }

  @Test
  void should_average_all_parameters() {
    List<Weights> all = random(3, 5);

    Weights mean = WeightMean.of(NETWORK, all);

    assertThat(mean.tensors().columnKeySet())
        .contains(ParameterRole.MOVING_MEAN, ParameterRole.MOVING_VARIANCE, ParameterRole.KERNEL);
    forEachParameter(
        (layer, spec) -> {
          float[] values = mean.tensor(layer, spec).values();
          for (int i = 0; i < values.length; i++) {
            double sum = 0;
            for (Weights weights : all) {
              sum += weights.tensor(layer, spec).values()[i];
            }
            assertThat(values[i]).isEqualTo((float) (sum / 3));
          }
        });
  }

  /** Frozen layers are the same in all candidates. */
  @Property(seed = "42", tries = 100)
  void should_keep_the_bits_of_equal_weights(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int count) {
    Weights same = random(1, seed).get(0);

    assertThat(WeightMean.of(NETWORK, Collections.nCopies(count, same)).tensors())
        .isEqualTo(same.tensors());
  }

  /** 2 is best. With -3 the average is -0.5, with 4 it is 1, which is worse. */
  @Test
  void should_add_a_model_only_if_the_score_does_not_fall() {
    GreedySoup soup =
        GreedySoup.of(LINE, List.of(line(4), line(-3), line(2)), GreedySoupTest::near0);

    assertThat(soup.members()).containsExactly(2, 1);
    assertThat(kernel(soup.weights())).isEqualTo(-0.5);
    assertThat(soup.score()).isEqualTo(-0.5);
    assertThat(soup.scores()).containsExactly(-4.0, -3.0, -2.0);
  }

  /** The average of 1 and -3 has the same score as 1; that of 1 and 3.5 is lower. */
  @Test
  void should_add_a_model_that_leaves_the_score_as_it_is() {
    assertThat(GreedySoup.of(LINE, List.of(line(-3), line(1)), GreedySoupTest::near0).members())
        .containsExactly(1, 0);
    GreedySoup alone = GreedySoup.of(LINE, List.of(line(3.5), line(1)), GreedySoupTest::near0);
    assertThat(alone.members()).containsExactly(1);
    assertThat(kernel(alone.weights())).isEqualTo(1);
  }

  @Test
  void should_take_models_with_equal_scores_in_the_given_order() {
    assertThat(
            GreedySoup.of(LINE, List.of(line(3), line(-3), line(3)), GreedySoupTest::near0)
                .members())
        .containsExactly(0, 1);
    assertThat(GreedySoup.of(LINE, List.of(line(-3), line(3), line(3)), w -> 0).members())
        .containsExactly(0, 1, 2);
  }

  @Test
  void should_return_the_candidate_itself_if_it_is_alone() {
    Weights only = line(7);

    assertThat(GreedySoup.of(LINE, List.of(only), GreedySoupTest::near0).weights()).isSameAs(only);
  }

  @Property(seed = "42", tries = 200)
  void should_be_a_convex_combination(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int count) {
    List<Weights> all = random(count, seed);

    GreedySoup soup = GreedySoup.of(NETWORK, all, GreedySoupTest::noise);

    forEachParameter(
        (layer, spec) -> {
          float[] values = soup.weights().tensor(layer, spec).values();
          for (int i = 0; i < values.length; i++) {
            int at = i;
            DoubleSummaryStatistics members =
                soup.members().stream()
                    .mapToDouble(member -> all.get(member).tensor(layer, spec).values()[at])
                    .summaryStatistics();
            assertThat((double) values[i])
                .isBetween(members.getMin(), members.getMax())
                .isCloseTo(members.getAverage(), Offset.offset(1e-6));
          }
        });
  }

  @Property(seed = "42", tries = 200)
  void should_never_score_below_the_best_model(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int count) {
    List<Weights> all = random(count, seed);

    GreedySoup soup = GreedySoup.of(NETWORK, all, GreedySoupTest::noise);

    double best = all.stream().mapToDouble(GreedySoupTest::noise).max().orElseThrow();
    assertThat(soup.score()).isGreaterThanOrEqualTo(best).isEqualTo(noise(soup.weights()));
    assertThat(soup.scores().get(soup.members().get(0))).isEqualTo(best);
    assertThat(soup.members()).doesNotHaveDuplicates();
  }

  @Property(seed = "42", tries = 200)
  void should_not_depend_on_the_order_of_models_with_distinct_scores(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int count) {
    List<Weights> all = random(count, seed);
    List<Weights> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, new Random(seed + 1));

    GreedySoup soup = GreedySoup.of(NETWORK, all, GreedySoupTest::noise);
    GreedySoup other = GreedySoup.of(NETWORK, shuffled, GreedySoupTest::noise);

    assertThat(other.weights().tensors()).isEqualTo(soup.weights().tensors());
    assertThat(other.members().stream().map(shuffled::get).toList())
        .isEqualTo(soup.members().stream().map(all::get).toList());
  }

  /** Scores are computed once for each model and once for each average. */
  @Test
  void should_call_the_scorer_as_rarely_as_possible() {
    List<Double> seen = new ArrayList<>();

    GreedySoup.of(
        LINE,
        List.of(line(4), line(2), line(6)),
        weights -> {
          seen.add(kernel(weights));
          return near0(weights);
        });

    assertThat(seen).containsExactly(4.0, 2.0, 6.0, 3.0, 4.0);
  }

  @Test
  void should_refuse_what_cannot_be_averaged() {
    assertThatThrownBy(() -> GreedySoup.of(LINE, List.of(), GreedySoupTest::near0))
        .hasMessage("A soup must have at least one model, got none");
    assertThatThrownBy(() -> WeightMean.of(LINE, List.of()))
        .hasMessage("An average must have at least one model, got none");
    assertThatThrownBy(
            () -> GreedySoup.of(LINE, List.of(line(1), random(1, 1).get(0)), GreedySoupTest::near0))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll("model 2 of the soup", "out/kernel", "norm/gamma");
    assertThatThrownBy(() -> WeightMean.of(NETWORK, List.of(random(1, 1).get(0), line(1))))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("model 2 of the average");
    assertThatThrownBy(
            () -> GreedySoup.of(LINE, List.of(line(1), line(Double.NaN)), GreedySoupTest::near0))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll("model 2 of the soup", "NaN");
    assertThatThrownBy(() -> WeightMean.of(LINE, List.of(line(Double.POSITIVE_INFINITY), line(1))))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("model 1 of the average");
    assertThatThrownBy(
            () ->
                GreedySoup.of(
                    LINE, List.of(line(1), line(3)), w -> kernel(w) == 3 ? Double.NaN : 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Scores must be numbers, got NaN for model 2 of the soup");
    assertThatThrownBy(
            () ->
                GreedySoup.of(
                    LINE, List.of(line(1), line(3)), w -> kernel(w) == 2 ? Double.NaN : 0))
        .hasMessage("Scores must be numbers, got NaN for the average with model 2 of the soup");
  }
}
