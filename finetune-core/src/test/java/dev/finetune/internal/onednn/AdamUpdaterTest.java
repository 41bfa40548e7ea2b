package dev.finetune.internal.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.train.Adam;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AdamUpdaterTest {

  /** Two whole pieces and a part of a third. */
  private static final int COUNT = 2 * 4096 + 3;

  private static final int SHARDS = 3;

  private static final Adam ADAM = new Adam(0.1, 0.8, 0.95, 1e-3);

  /** Three steps of at most the rate in float32. */
  private static final Offset<Double> ROUNDING = Offset.offset(1e-6);

  @BeforeAll
  static void load() {
    assertThat(OneDnn.available()).isTrue();
  }

  private static float gradient(int index, int step) {
    return (float) Math.sin(0.37 * index + step);
  }

  @Test
  void should_step_as_the_formula_says_whatever_the_count() {
    try (AdamUpdater updater = new AdamUpdater(ADAM, COUNT, SHARDS, 2)) {
      FloatPointer values = new FloatPointer(updater.values());
      FloatPointer half = new FloatPointer(updater.gradients(0));
      FloatPointer rest = new FloatPointer(updater.gradients(1));
      FloatPointer unused = new FloatPointer(updater.gradients(2));
      for (int step = 1; step <= 3; step++) {
        for (int i = 0; i < COUNT; i++) {
          half.put(i, gradient(i, step) / 2);
          rest.put(i, gradient(i, step) / 2);
          unused.put(i, Float.NaN);
        }
        updater.update(2);
      }

      for (int i = 0; i < COUNT; i++) {
        assertThat((double) values.get(i)).as("value %s", i).isCloseTo(expected(i), ROUNDING);
      }
    }
  }

  /** In double precision, by the algorithm with bias-corrected means. */
  private static double expected(int index) {
    double value = 0;
    double mean = 0;
    double square = 0;
    for (int step = 1; step <= 3; step++) {
      double g = gradient(index, step);
      mean = ADAM.beta1() * mean + (1 - ADAM.beta1()) * g;
      square = ADAM.beta2() * square + (1 - ADAM.beta2()) * g * g;
      double correction = Math.sqrt(1 - Math.pow(ADAM.beta2(), step));
      // Epsilon is added to the root before it is corrected, as in Keras.
      value -=
          ADAM.learningRate()
              * correction
              / (1 - Math.pow(ADAM.beta1(), step))
              * mean
              / (Math.sqrt(square) + ADAM.epsilon());
    }
    return value;
  }

  @Test
  void should_tell_its_memory_and_give_it_back() {
    AdamUpdater updater = new AdamUpdater(ADAM, COUNT, SHARDS, 2);
    Pointer values = updater.values();
    Pointer gradients = updater.gradients(SHARDS - 1);

    assertThat(values.address() % MemoryPlan.ALIGNMENT).isZero();
    assertThat(gradients.address() % MemoryPlan.ALIGNMENT).isZero();
    long line = MemoryPlan.ALIGNMENT;
    assertThat(updater.bytes())
        .isBetween(
            (1L + SHARDS) * COUNT * Float.BYTES, (1L + SHARDS) * (COUNT * Float.BYTES + 2 * line));
    updater.close();
  }
}
