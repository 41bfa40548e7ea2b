package dev.finetune.loss;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.testing.Goldens;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Compares the losses with those of PyTorch and Keras, from make_loss_goldens.py.
 *
 * <p>The largest differences measured are 9e-16 in a loss, 2e-8 in a gradient, and after up to 20
 * steps of training 9e-8 in a loss and 4e-8 in a value of the model.
 */
class LossGoldensTest {

  private static final JsonNode GOLDENS = Goldens.read("losses.json");

  /** Both sides compute in float64 from the same inputs. */
  private static final double LOSS = 1e-12;

  /**
   * The gradients are at most 4 and rounded to float32: half a unit in the last place is 1.2e-7.
   */
  private static final double GRADIENT = 1.2e-7;

  /** The outputs and gradients of 20 steps are rounded to float32, the goldens are not. */
  private static final double TRAINED = 1e-6;

  @TestFactory
  Stream<DynamicTest> should_equal_pytorch_and_keras() {
    return StreamSupport.stream(GOLDENS.get("cases").spliterator(), false)
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.get("notation").asText()
                        + " of "
                        + c.get("kind").asText()
                        + " by "
                        + c.get("by").asText(),
                    () -> compare(c)));
  }

  private static void compare(JsonNode golden) {
    Loss loss = Losses.parse(golden.get("notation").asText());
    Targets targets = targets(golden.get("kind").asText());
    double[] weights = Goldens.doubles(golden.get("weights"));
    // Without a call of weighted, every weight is 1.
    Targets weighted =
        golden.get("weights").get(0).asDouble() == 1 ? targets : targets.weighted(weights);
    assertThat(loss.supports(targets.kind())).isTrue();
    compareLoss(loss, weighted, golden);
    compareTraining(loss, weighted, golden);
  }

  private static void compareLoss(Loss loss, Targets targets, JsonNode golden) {
    float[][] outputs = Goldens.floatRows(GOLDENS.get("outputs"));
    float[][] gradients = new float[outputs.length][outputs[0].length];

    double value = loss.compute(outputs, targets, gradients);

    assertThat(value).isCloseTo(golden.get("loss").asDouble(), Offset.offset(LOSS));
    for (int i = 0; i < gradients.length; i++) {
      for (int j = 0; j < gradients[i].length; j++) {
        assertThat((double) gradients[i][j])
            .isCloseTo(golden.get("gradients").get(i).get(j).asDouble(), Offset.offset(GRADIENT));
      }
    }
  }

  /** Trains a linear model with a bias by plain SGD. */
  private static void compareTraining(Loss loss, Targets targets, JsonNode golden) {
    double[][] inputs = Goldens.rows(GOLDENS.get("inputs"));
    double[][] model =
        new double[inputs[0].length + 1][Goldens.rows(golden.get("model"))[0].length];
    float[][] gradients = new float[inputs.length][model[0].length];
    for (JsonNode expected : golden.get("losses")) {
      float[][] outputs = new float[inputs.length][];
      for (int i = 0; i < inputs.length; i++) {
        outputs[i] = outputs(inputs[i], model);
      }
      double value = loss.compute(outputs, targets, gradients);
      assertThat(value).isCloseTo(expected.asDouble(), Offset.offset(TRAINED));
      for (int i = 0; i < inputs.length; i++) {
        for (int k = 0; k < model.length; k++) {
          double input = k < inputs[i].length ? inputs[i][k] : 1;
          for (int j = 0; j < model[k].length; j++) {
            model[k][j] -= GOLDENS.get("rate").asDouble() * input * gradients[i][j];
          }
        }
      }
    }
    double[][] expected = Goldens.rows(golden.get("model"));
    for (int k = 0; k < model.length; k++) {
      assertThat(model[k]).containsExactly(expected[k], Offset.offset(TRAINED));
    }
  }

  private static float[] outputs(double[] input, double[][] model) {
    float[] outputs = new float[model[0].length];
    for (int j = 0; j < outputs.length; j++) {
      int output = j;
      outputs[j] =
          (float)
              (model[input.length][j]
                  + IntStream.range(0, input.length)
                      .mapToDouble(k -> input[k] * model[k][output])
                      .sum());
    }
    return outputs;
  }

  private static Targets targets(String kind) {
    return switch (kind) {
      case "classes" ->
          Targets.classes(
              StreamSupport.stream(GOLDENS.get("labels").spliterator(), false)
                  .mapToInt(JsonNode::asInt)
                  .toArray());
      case "distributions" -> Targets.distributions(Goldens.rows(GOLDENS.get(kind)));
      case "values" -> Targets.values(Goldens.rows(GOLDENS.get(kind)));
      default -> Targets.tags(Goldens.booleanRows(GOLDENS.get("tags")));
    };
  }
}
