package dev.finetune.internal.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.engine.Parameter;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.train.Adam;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpdatesTest {

  private static final Adam ADAM = new Adam(0.1, 0.8, 0.95, 1e-3);

  /** The rounding error of three float32 steps, each at most as large as the learning rate. */
  private static final Offset<Double> ROUNDING = Offset.offset(1e-6);

  /** A parameter in the heap. */
  private static final class InHeap implements Parameter {
    private final float[] values;
    private int step;
    private final int number;

    InHeap(int number, int count) {
      this.number = number;
      this.values = new float[count];
    }

    @Override
    public String layer() {
      return "layer" + number;
    }

    @Override
    public ParameterSpec spec() {
      return new ParameterSpec(ParameterRole.BIAS, List.of(values.length));
    }

    @Override
    public void read(int from, float[] into, int length) {
      System.arraycopy(values, from, into, 0, length);
    }

    @Override
    public void write(int from, float[] written, int length) {
      System.arraycopy(written, 0, values, from, length);
    }

    @Override
    public void gradient(int from, float[] into, int length) {
      for (int i = 0; i < length; i++) {
        into[i] = slope(number, from + i, step);
      }
    }
  }

  private static float slope(int number, int index, int step) {
    return (float) Math.sin(0.37 * index + step + number);
  }

  /** The parameters have part of a piece, one piece, and two pieces and part of a third. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void should_step_as_the_formula_says_whatever_the_count(int threads) {
    List<InHeap> parameters =
        List.of(
            new InHeap(0, 3), new InHeap(1, Updates.PIECE), new InHeap(2, 2 * Updates.PIECE + 3));
    Updates updates = new Updates(List.copyOf(parameters), UpdatePlan.of(ADAM), threads);

    for (int step = 1; step <= 3; step++) {
      for (InHeap parameter : parameters) {
        parameter.step = step;
      }
      updates.step();
    }

    for (InHeap parameter : parameters) {
      for (int i = 0; i < parameter.values.length; i++) {
        assertThat((double) parameter.values[i])
            .as("value %s of %s", i, parameter.layer())
            .isCloseTo(expected(parameter.number, i), ROUNDING);
      }
    }
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
