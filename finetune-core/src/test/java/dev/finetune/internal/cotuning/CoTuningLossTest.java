package dev.finetune.internal.cotuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.loss.Focal;
import dev.finetune.loss.Loss;
import dev.finetune.loss.SquaredError;
import dev.finetune.loss.Targets;
import dev.finetune.testing.Goldens;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Compares the loss with PyTorch's, from make_cotuning_goldens.py. */
class CoTuningLossTest {

  private static final JsonNode GOLDENS = Goldens.read("cotuning.json");
  private static final double[][] RELATIONSHIP = Goldens.rows(GOLDENS.get("relationship"));

  /** Both sides compute in float64 from the same inputs. */
  private static final double LOSS = 1e-12;

  /** The gradients are at most 2.3 * 3.25 / 6 and rounded to float32 twice. */
  private static final double GRADIENT = 1.2e-7;

  private static final Loss LOSS_OF_CLASSES =
      new CoTuningLoss(CrossEntropy.crossEntropy(), RELATIONSHIP, 2.3);

  private static float[][] outputs() {
    return Goldens.floatRows(GOLDENS.get("outputs"));
  }

  private static float[][] gradients() {
    return new float[outputs().length][outputs()[0].length];
  }

  private static Targets labels() {
    return Targets.classes(
        Arrays.stream(Goldens.doubles(GOLDENS.get("labels"))).mapToInt(v -> (int) v).toArray());
  }

  @TestFactory
  Stream<DynamicTest> should_equal_pytorch() {
    return StreamSupport.stream(GOLDENS.get("cases").spliterator(), false)
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    "strength "
                        + golden.get("strength")
                        + ", smoothing "
                        + golden.get("smoothing")
                        + ", weights "
                        + golden.get("weights")
                        + ", shares "
                        + golden.get("shares"),
                    () -> compare(golden)));
  }

  private static void compare(JsonNode golden) {
    Targets targets =
        golden.get("shares").asBoolean()
            ? Targets.distributions(Goldens.rows(GOLDENS.get("mixed")))
            : labels();
    Loss loss =
        new CoTuningLoss(
            CrossEntropy.crossEntropy().smoothing(golden.get("smoothing").asDouble()),
            RELATIONSHIP,
            golden.get("strength").asDouble());
    float[][] gradients = gradients();

    double value =
        loss.compute(
            outputs(), targets.weighted(Goldens.doubles(golden.get("weights"))), gradients);

    assertThat(value).isCloseTo(golden.get("loss").asDouble(), Offset.offset(LOSS));
    double[][] expected = Goldens.rows(golden.get("gradients"));
    for (int i = 0; i < gradients.length; i++) {
      for (int j = 0; j < gradients[i].length; j++) {
        assertThat((double) gradients[i][j]).isCloseTo(expected[i][j], Offset.offset(GRADIENT));
      }
    }
  }

  /** The loss of the target may be any loss of classes. */
  @Test
  void should_have_the_gradient_of_its_value() {
    Loss loss = new CoTuningLoss(Focal.focal(2), RELATIONSHIP, 2.3);
    float[][] outputs = outputs();
    float[][] gradients = gradients();
    loss.compute(outputs, labels(), gradients);
    float step = 1f / 1024; // exact beside multiples of 1/64
    for (int i = 0; i < outputs.length; i++) {
      for (int j = 0; j < outputs[i].length; j++) {
        float before = outputs[i][j];
        outputs[i][j] = before + step;
        double above = loss.compute(outputs, labels(), gradients());
        outputs[i][j] = before - step;
        double below = loss.compute(outputs, labels(), gradients());
        outputs[i][j] = before;
        // The second difference of a loss that is smooth over units leaves step^2.
        assertThat((double) gradients[i][j])
            .isCloseTo((above - below) / (2 * step), Offset.offset(1e-6));
      }
    }
  }

  @Test
  void should_be_the_loss_of_the_target_classes_at_a_strength_near_zero() {
    Loss loss = new CoTuningLoss(CrossEntropy.crossEntropy(), RELATIONSHIP, 1e-30);
    float[][] outputs = outputs();
    float[][] own =
        Arrays.stream(outputs).map(row -> Arrays.copyOf(row, 3)).toArray(float[][]::new);
    float[][] gradients = gradients();
    float[][] ownGradients = new float[outputs.length][3];

    assertThat(loss.compute(outputs, labels(), gradients))
        .isEqualTo(CrossEntropy.crossEntropy().compute(own, labels(), ownGradients));
    for (int i = 0; i < gradients.length; i++) {
      assertThat(Arrays.copyOf(gradients[i], 3)).isEqualTo(ownGradients[i]);
    }
  }

  /** What a resumed training is compared by. */
  @Test
  void should_tell_other_relationships_and_strengths_apart() {
    double[][] other = Arrays.stream(RELATIONSHIP).map(double[]::clone).toArray(double[][]::new);
    other[2][6] = Math.nextUp(other[2][6]);
    CrossEntropy target = CrossEntropy.crossEntropy();

    assertThat(new CoTuningLoss(target, other, 2.3).name()).isNotEqualTo(LOSS_OF_CLASSES.name());
    assertThat(new CoTuningLoss(target, RELATIONSHIP, 2.4).settings())
        .isNotEqualTo(LOSS_OF_CLASSES.settings())
        .containsEntry("coTuning", 2.4)
        .containsEntry("labelSmoothing", 0.0);
  }

  @Test
  void should_refuse_what_it_cannot_compute() {
    assertThat(LOSS_OF_CLASSES.supports(Targets.Kind.CLASSES)).isTrue();
    assertThat(LOSS_OF_CLASSES.supports(Targets.Kind.DISTRIBUTIONS)).isTrue();
    assertThat(LOSS_OF_CLASSES.supports(Targets.Kind.TAGS)).isFalse();
    assertThat(
            new CoTuningLoss(SquaredError.squaredError(), RELATIONSHIP, 1)
                .supports(Targets.Kind.CLASSES))
        .isFalse();
    float[][] three = new float[6][3];
    assertThatThrownBy(() -> LOSS_OF_CLASSES.compute(three, labels(), three))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There must be 3 + 7 outputs, got 3");
  }
}
