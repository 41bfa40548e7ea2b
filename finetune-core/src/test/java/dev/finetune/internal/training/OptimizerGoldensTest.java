package dev.finetune.internal.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.engine.Parameter;
import dev.finetune.testing.Goldens;
import dev.finetune.train.Optimizer;
import dev.finetune.train.Optimizers;
import dev.finetune.train.ParameterGroup;
import dev.finetune.train.Schedule;
import dev.finetune.train.Sgd;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares 20 steps of each optimizer with PyTorch, Keras or timm. */
class OptimizerGoldensTest {

  private static final JsonNode GOLDENS = Goldens.read("optimizers.json");

  /** The steps in the golden file. */
  private static final List<Integer> STEPS = List.of(1, 2, 20);

  /**
   * In each of 20 steps, this library and the framework round the value, or 1 if it is less, to
   * float32 once. Errors of the change matter less, because it is at most a tenth of that.
   */
  private static final double TOLERANCE = 2 * 20 * 0x1p-24;

  static Stream<String> optimizers() {
    return GOLDENS.properties().stream().map(Map.Entry::getKey);
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void steps_as_the_framework_does(String notation) {
    JsonNode golden = GOLDENS.get(notation);

    double largest = largestDifference(plan(Optimizers.parse(notation)), golden);

    assertThat(largest).isCloseTo(0, Offset.offset(TOLERANCE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.5", "1.8", "9.0"})
  void clips_by_the_global_norm_as_torch_does(String norm) {
    JsonNode golden = Goldens.read("clipping.json").get(norm);
    UpdatePlan plan = plan(Sgd.sgd(0.1).momentum(0.9)).clip(Double.parseDouble(norm));

    assertThat(largestDifference(plan, golden)).isCloseTo(0, Offset.offset(TOLERANCE));
  }

  /** Takes 20 steps, and returns the largest difference relative to values, or to 1 if larger. */
  private static double largestDifference(UpdatePlan plan, JsonNode golden) {
    List<HeapParameter> parameters =
        List.of(
            new HeapParameter("0", Goldens.wave(15, 0.21)),
            new HeapParameter("1", new float[4]),
            new HeapParameter("2", eighth(Goldens.wave(8, 0.5))));
    Updates updates = new Updates(List.copyOf(parameters), plan, 2);
    double largest = 0;
    for (int step = 1; step <= 20; step++) {
      for (int tensor = 0; tensor < 3; tensor++) {
        setGradients(parameters.get(tensor).gradients, tensor, step);
      }
      updates.step();
      int index = STEPS.indexOf(step);
      for (int tensor = 0; index >= 0 && tensor < 3; tensor++) {
        float[] expected = Goldens.floats(golden.get(index).get(tensor));
        float[] values = parameters.get(tensor).values;
        for (int i = 0; i < values.length; i++) {
          double scale = Math.max(1, Math.abs(expected[i]));
          largest = Math.max(largest, Math.abs(values[i] - expected[i]) / scale);
        }
      }
    }
    return largest;
  }

  /** The second and third tensor have no weight decay. */
  private static UpdatePlan plan(Optimizer optimizer) {
    return new UpdatePlan(
        optimizer, Schedule.constant(), 20, parameter -> new ParameterGroup(1, decay(parameter)));
  }

  private static double decay(Parameter parameter) {
    return parameter.layer().equals("0") ? 1 : 0;
  }

  private static void setGradients(float[] gradients, int tensor, int step) {
    for (int i = 0; i < gradients.length; i++) {
      gradients[i] = (float) (Math.sin(0.37 * i + 0.9 * step + tensor) / 2);
    }
  }

  private static float[] eighth(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] /= 8;
    }
    return values;
  }
}
