package dev.finetune.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.engine.Batch;
import dev.finetune.engine.NormPolicy;
import dev.finetune.engine.Parameter;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.LayerNorm;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.graph.layer.Shape;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Requires that the parameters of a trainable network can be read, written, copied and restored,
 * and that later passes use the new values.
 */
public interface ParameterContract extends EngineUnderTest {

  /** A network with all learned roles of basic layers, statistics, and frozen layers. */
  EngineCase CASE =
      EngineCase.of(
          LayerGraph.builder()
              .add("in", new Input(Shape.image(3, 5, 4)))
              .then("first", new Conv2d(4, 3, 1, Padding.SAME, true, Activation.RELU))
              .then("norm", new BatchNorm(1e-3, 0.9))
              .then("second", Conv2d.depthwise(4, 3, 1, Padding.SAME))
              .then("layer norm", new LayerNorm(1e-3))
              .then("flat", new Flatten())
              .then("hidden", new Dense(6, Activation.TANH))
              .then("logits", new Dense(3, Activation.LINEAR))
              .build(),
          Set.of("first", "hidden"),
          1);

  private TrainableNetwork trained() {
    return CASE.training(engine(), options());
  }

  private static float[][] pass(TrainableNetwork network) {
    return Passes.forward(network, CASE.batch(3), 1, CASE.factors(3));
  }

  /** Takes a step of plain gradient descent. */
  private static void step(TrainableNetwork network) {
    pass(network);
    for (Parameter parameter : network.parameters()) {
      float[] values = Passes.read(parameter);
      float[] gradient = Passes.gradient(parameter);
      for (int i = 0; i < values.length; i++) {
        values[i] -= 0.1f * gradient[i];
      }
      parameter.write(0, values, values.length);
    }
  }

  @Test
  default void should_list_what_trains_in_the_order_of_layers() {
    List<String> expected = new ArrayList<>();
    for (Node node : CASE.graph().nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        if (spec.role().learned() && !CASE.frozen().contains(node.name())) {
          expected.add(node.name() + " " + spec);
        }
      }
    }
    try (TrainableNetwork network = trained()) {
      assertThat(network.parameters())
          .extracting(parameter -> parameter.layer() + " " + parameter.spec())
          .containsExactlyInAnyOrderElementsOf(expected);
      assertThat(network.parameters().stream().map(Parameter::layer).distinct())
          .containsExactly("norm", "second", "layer norm", "logits");
    }
  }

  @Test
  default void should_keep_the_bits_of_frozen_layers_and_move_the_others() {
    try (TrainableNetwork network = trained()) {
      step(network);
      step(network);
      Weights after = network.weights();
      for (Node node : CASE.graph().nodes()) {
        for (ParameterSpec spec : node.parameters()) {
          boolean same =
              after.tensor(node.name(), spec).equals(CASE.weights().tensor(node.name(), spec));
          assertThat(same)
              .as("%s %s is unchanged", node.name(), spec.role())
              .isEqualTo(CASE.frozen().contains(node.name()));
        }
      }
    }
  }

  @Test
  default void should_read_and_write_in_pieces() {
    try (TrainableNetwork network = trained()) {
      pass(network);
      for (Parameter parameter : network.parameters()) {
        float[] values = Passes.read(parameter);
        float[] gradient = Passes.gradient(parameter);
        for (int from = 0; from < values.length; from += 5) {
          int length = Math.min(5, values.length - from);
          float[] piece = new float[7];
          parameter.read(from, piece, length);
          requirePiece(piece, values, from, length);
          parameter.gradient(from, piece, length);
          requirePiece(piece, gradient, from, length);
          parameter.write(from, new float[] {from, from + 1, from + 2, from + 3, from + 4}, length);
        }
        float[] numbers = Passes.read(parameter);
        for (int i = 0; i < numbers.length; i++) {
          assertThat(numbers[i]).isEqualTo(i);
        }
        parameter.write(0, values, values.length);
      }
    }
  }

  private static void requirePiece(float[] piece, float[] whole, int from, int length) {
    for (int i = 0; i < piece.length; i++) {
      if (i < length) {
        assertThat(piece[i]).isEqualTo(whole[from + i]);
      }
    }
  }

  /** Checks all passes: an engine must also update its copies of values in other layouts. */
  @Test
  default void should_compute_with_what_was_written() {
    Batch batch = CASE.batch(3);
    try (TrainableNetwork network = trained()) {
      pass(network);
      network.logits(batch);
      step(network);
      Weights written = network.weights();
      EngineCase now = new EngineCase(CASE.graph(), CASE.frozen(), written);
      try (TrainableNetwork fresh = now.training(engine(), options())) {
        assertThat(network.logits(batch)).isDeepEqualTo(fresh.logits(batch));
        assertThat(pass(network)).isDeepEqualTo(pass(fresh));
        assertThat(Passes.gradients(network).tensors())
            .isEqualTo(Passes.gradients(fresh).tensors());
      }
    }
  }

  /** Checks that the gradients of a pass do not depend on the passes before it. */
  @Test
  default void should_give_the_gradients_of_the_last_pass() {
    EngineCase judged = EngineCase.of(CASE.graph());
    try (TrainableNetwork network = judged.training(engine(), NormPolicy.ownMomentum(), options());
        TrainableNetwork fresh = judged.training(engine(), NormPolicy.ownMomentum(), options())) {
      Passes.forward(network, judged.batch(2), 5, judged.factors(2));
      pass(network);
      pass(fresh);
      for (int i = 0; i < fresh.parameters().size(); i++) {
        assertThat(Passes.gradient(network.parameters().get(i)))
            .isEqualTo(Passes.gradient(fresh.parameters().get(i)));
      }
    }
  }

  @Test
  default void should_give_the_bits_that_it_was_given() {
    try (TrainableNetwork network = trained()) {
      assertThat(network.weights().tensors()).isEqualTo(CASE.weights().tensors());
    }
  }

  @Test
  default void should_go_on_from_restored_weights() {
    Batch batch = CASE.batch(3);
    try (TrainableNetwork network = trained()) {
      step(network);
      Weights taken = network.weights();
      float[][] logits = network.logits(batch);
      step(network);
      assertThat(network.weights().tensors()).isNotEqualTo(taken.tensors());
      network.restore(taken);

      assertThat(network.weights().tensors()).isEqualTo(taken.tensors());
      assertThat(network.logits(batch)).isDeepEqualTo(logits);
    }
  }

  @Test
  default void should_notice_values_that_are_not_finite() {
    try (TrainableNetwork network = trained()) {
      assertThat(network.finite()).isTrue();
      for (Parameter parameter : network.parameters()) {
        int last = Passes.length(parameter) - 1;
        float[] before = Passes.read(parameter);
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
          parameter.write(last, new float[] {value}, 1);
          assertThat(network.finite()).as("%s %s", parameter.layer(), value).isFalse();
        }
        parameter.write(0, before, before.length);
      }
      assertThat(network.finite()).isTrue();
    }
  }
}
