package dev.finetune.internal.training;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.Floats;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.train.Adam;
import dev.finetune.train.Lamb;
import dev.finetune.train.Sgd;
import dev.finetune.weights.Weights;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpdatesTest {

  private static final int LARGE = 2 * Updates.PIECE + 3;

  private static final Adam ADAM = new Adam(0.1, 0.8, 0.95, 1e-3);

  /** The rounding error of three float32 steps, each at most as large as the learning rate. */
  private static final Offset<Double> ROUNDING = Offset.offset(1e-6);

  private static float slope(int number, int index, int step) {
    return (float) Math.sin(0.37 * index + step + number);
  }

  /** The sizes of parameters: part of a piece, one piece, and two pieces and part of a third. */
  private static List<HeapParameter> parameters() {
    return List.of(parameter(0, 3), parameter(1, Updates.PIECE), parameter(2, LARGE));
  }

  private static HeapParameter parameter(int number, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.cos(0.11 * i + number);
    }
    return new HeapParameter("layer" + number, values);
  }

  private static void setGradients(List<HeapParameter> parameters, int step) {
    for (int number = 0; number < parameters.size(); number++) {
      float[] gradients = parameters.get(number).gradients;
      for (int i = 0; i < gradients.length; i++) {
        gradients[i] = slope(number, i, step);
      }
    }
  }

  private static List<HeapParameter> steps(UpdatePlan plan, int threads, int from, int to) {
    List<HeapParameter> parameters = parameters();
    Updates updates = new Updates(List.copyOf(parameters), plan, threads);
    steps(updates, parameters, from, to);
    return parameters;
  }

  private static void steps(Updates updates, List<HeapParameter> parameters, int from, int to) {
    for (int step = from; step <= to; step++) {
      setGradients(parameters, step);
      updates.step();
    }
  }

  private static void assertSame(List<HeapParameter> some, List<HeapParameter> others) {
    for (int i = 0; i < some.size(); i++) {
      assertThat(some.get(i).values).isEqualTo(others.get(i).values);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void should_step_as_the_formula_says_whatever_the_count(int threads) {
    List<HeapParameter> parameters = steps(UpdatePlan.of(ADAM), threads, 1, 3);

    for (int number = 0; number < parameters.size(); number++) {
      HeapParameter initial = parameters().get(number);
      float[] values = parameters.get(number).values;
      for (int i = 0; i < values.length; i++) {
        assertThat((double) values[i])
            .as("value %s of layer %s", i, number)
            .isCloseTo(initial.values[i] + expected(number, i), ROUNDING);
      }
    }
  }

  @Test
  void should_have_the_same_bits_whatever_the_number_of_threads() {
    for (UpdatePlan plan :
        List.of(
            UpdatePlan.of(ADAM).clip(0.5).average(0.99),
            UpdatePlan.of(Lamb.lamb(0.1)),
            UpdatePlan.of(Lamb.lamb(0.1)).clip(3))) {
      List<HeapParameter> one = steps(plan, 1, 1, 3);

      assertSame(steps(plan, 2, 1, 3), one);
      assertSame(steps(plan, 5, 1, 3), one);
    }
  }

  @Test
  void should_not_clip_gradients_below_the_norm() {
    assertSame(steps(UpdatePlan.of(ADAM).clip(1e6), 2, 1, 3), steps(UpdatePlan.of(ADAM), 2, 1, 3));
  }

  @Test
  void should_use_the_norms_of_whole_tensors_for_trust_rules() {
    Lamb lamb = Lamb.lamb(0.1);
    List<HeapParameter> parameters = steps(UpdatePlan.of(lamb), 2, 1, 1);

    List<HeapParameter> whole = parameters();
    setGradients(whole, 1);
    for (HeapParameter parameter : whole) {
      int count = parameter.values.length;
      lamb.rule(1, 0.1, 1).apply(parameter.values, parameter.gradients, new float[2][count], count);
    }
    for (int i = 0; i < whole.size(); i++) {
      assertThat(parameters.get(i).values)
          .containsExactly(whole.get(i).values, Offset.offset(1e-7f));
    }
  }

  /** The parts of a batch have gradients of mean losses, so each counts by its examples. */
  @Test
  void should_accumulate_the_gradient_of_the_mean_loss_of_all_examples() {
    List<HeapParameter> accumulated = parameters();
    Updates updates =
        new Updates(List.copyOf(accumulated), UpdatePlan.of(Sgd.sgd(0.5)).clip(20), 2);
    setGradients(accumulated, 9);
    updates.accumulate(7);
    updates.discard();
    setGradients(accumulated, 1);
    updates.accumulate(3);
    setGradients(accumulated, 2);
    updates.accumulate(1);
    updates.step();

    List<HeapParameter> expected = parameters();
    Updates plain = new Updates(List.copyOf(expected), UpdatePlan.of(Sgd.sgd(0.5)).clip(20), 2);
    for (int number = 0; number < expected.size(); number++) {
      float[] gradients = expected.get(number).gradients;
      for (int i = 0; i < gradients.length; i++) {
        gradients[i] = (3 * slope(number, i, 1) + slope(number, i, 2)) / 4;
      }
    }
    plain.step();

    for (int i = 0; i < expected.size(); i++) {
      assertThat(accumulated.get(i).values)
          .containsExactly(expected.get(i).values, Offset.offset(2e-7f));
    }

    // The next step uses the current gradients again.
    setGradients(accumulated, 3);
    setGradients(expected, 3);
    updates.step();
    plain.step();
    assertThat(accumulated.get(0).values)
        .containsExactly(expected.get(0).values, Offset.offset(4e-7f));
  }

  @Test
  void should_average_the_weights_and_exchange_them() {
    List<HeapParameter> parameters = parameters();
    Updates updates = new Updates(List.copyOf(parameters), UpdatePlan.of(ADAM).average(0.3), 2);
    List<double[]> expected =
        parameters.stream().map(p -> Floats.asList(p.values)).map(UpdatesTest::doubles).toList();
    for (int step = 1; step <= 5; step++) {
      steps(updates, parameters, step, step);
      double decay = Math.min(0.3, (1.0 + step) / (10 + step));
      for (int number = 0; number < parameters.size(); number++) {
        double[] average = expected.get(number);
        for (int i = 0; i < average.length; i++) {
          average[i] = decay * average[i] + (1 - decay) * parameters.get(number).values[i];
        }
      }
    }
    float[] own = parameters.get(2).values.clone();

    updates.exchangeAverages();
    double[] exchanged = doubles(Floats.asList(parameters.get(2).values));
    assertThatThrownBy(updates::step)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Weights must not be updated while they are exchanged for averages");
    updates.exchangeAverages();

    assertThat(exchanged).containsExactly(expected.get(2), Offset.offset(1e-6));
    assertThat(parameters.get(2).values).isEqualTo(own);
  }

  @Test
  void should_begin_the_average_with_the_weights() {
    List<HeapParameter> parameters = parameters();
    Updates updates = new Updates(List.copyOf(parameters), UpdatePlan.of(ADAM).average(0.3), 2);

    Weights average = requireNonNull(updates.slots().get("weights-average"));

    assertThat(average.tensor("layer2", ParameterRole.BIAS).values())
        .isEqualTo(parameters.get(2).values);
  }

  @Test
  void should_count_the_steps_of_a_parameter_from_its_first_one() {
    UpdatePlan plan = UpdatePlan.of(ADAM).begun(p -> p.layer().equals("layer2") ? 2 : 0);
    List<HeapParameter> early = parameters().subList(0, 2);
    Updates first = new Updates(List.copyOf(early), plan, 2);
    steps(first, early, 1, 2);
    List<HeapParameter> all = parameters();
    for (int i = 0; i < 2; i++) {
      System.arraycopy(early.get(i).values, 0, all.get(i).values, 0, early.get(i).values.length);
    }
    Updates second = new Updates(List.copyOf(all), plan, 2);

    second.takeOver(first.slots(), first.steps());
    steps(second, all, 3, 5);

    assertThat(second.steps()).isEqualTo(5);
    List<HeapParameter> throughout = steps(UpdatePlan.of(ADAM), 2, 1, 5);
    assertThat(all.get(0).values).isEqualTo(throughout.get(0).values);
    assertThat(all.get(1).values).isEqualTo(throughout.get(1).values);
    assertThat(all.get(2).values).isEqualTo(steps(UpdatePlan.of(ADAM), 2, 3, 5).get(2).values);
  }

  @Test
  void should_refuse_slots_of_a_parameter_that_does_not_train() {
    List<HeapParameter> parameters = parameters();
    Updates all = new Updates(List.copyOf(parameters), UpdatePlan.of(ADAM), 2);
    Updates fewer = new Updates(List.copyOf(parameters.subList(0, 2)), UpdatePlan.of(ADAM), 2);

    assertThatThrownBy(() -> fewer.takeOver(all.slots(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The parameters of slot mean must train, got BIAS of layer layer2, which does not");
    // A state of the same learner must have all parameters.
    assertThatThrownBy(() -> all.restore(fewer.slots(), 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("No weights for layer2/bias");
  }

  @Test
  void should_count_the_floats_of_all_slots() {
    assertThat(UpdatePlan.of(ADAM).floatsPerParameter(false)).isEqualTo(2);
    assertThat(UpdatePlan.of(ADAM).average(0.9).floatsPerParameter(true)).isEqualTo(4);
    assertThat(UpdatePlan.of(Lamb.lamb(1)).floatsPerParameter(false)).isEqualTo(3);
  }

  private static double[] doubles(List<Float> values) {
    return values.stream().mapToDouble(Float::doubleValue).toArray();
  }

  /** Computes Adam with bias correction in double precision. */
  private static double expected(int number, int index) {
    double value = 0;
    double mean = 0;
    double square = 0;
    for (int step = 1; step <= 3; step++) {
      double g = slope(number, index, step);
      mean = ADAM.beta1() * mean + (1 - ADAM.beta1()) * g;
      square = ADAM.beta2() * square + (1 - ADAM.beta2()) * g * g;
      double correction = Math.sqrt(1 - Math.pow(ADAM.beta2(), step));
      // Epsilon is added to the root before the correction, as in Keras.
      value -=
          ADAM.learningRate()
              * correction
              / (1 - Math.pow(ADAM.beta1(), step))
              * mean
              / (Math.sqrt(square) + ADAM.epsilon());
    }
    return value;
  }
}
