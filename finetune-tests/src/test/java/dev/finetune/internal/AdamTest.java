package dev.finetune.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.NormPolicy;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.Shape;
import dev.finetune.internal.training.Learner;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.loss.Targets;
import dev.finetune.testing.Goldens;
import dev.finetune.train.Adam;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("numeric")
class AdamTest {

  /** A logit is a sum of 12 products of at most 1, each with an error of at most 6e-8. */
  private static final double LOSS_TOLERANCE = 2 * 12 * 12 * 6e-8;

  /**
   * A gradient is a sum of four products of less than 0.25, so its error is at most 3e-7. The
   * smallest gradient here is 5.2e-4, so the relative error is at most 6e-4. The first step is the
   * learning rate times the sign; the error of each of the other two is at most the rate, 1e-2,
   * times 6e-4. Epsilon in another place, as in torch, would make a difference of 6e-5.
   */
  private static final float TOLERANCE = 1.2e-5f;

  /** Compares three steps of softmax regression with an independent computation of Keras' Adam. */
  @Test
  void should_step_as_keras_does() {
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Input(Shape.image(3, 2, 2)))
            .then("flatten", new Flatten())
            .then("logits", new Dense(3, Activation.LINEAR))
            .build();
    Table<String, ParameterRole, Tensor> initial = HashBasedTable.create();
    initial.put("logits", ParameterRole.KERNEL, Tensor.of(List.of(12, 3), Goldens.wave(36, 0.21)));
    initial.put("logits", ParameterRole.BIAS, Tensor.of(List.of(3), Goldens.wave(3, 0.9)));
    float[] all = Goldens.wave(48, 0.37);
    List<float[][]> examples = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      examples.add(new float[][] {Arrays.copyOfRange(all, 12 * i, 12 * i + 12)});
    }
    JsonNode golden = Goldens.read("adam.json");

    try (Learner learner =
        Learner.of(
            graph,
            Set.of(),
            Weights.of(initial),
            NormPolicy.ownMomentum(),
            EngineOptions.defaults(),
            CrossEntropy.crossEntropy(),
            Adam.adam(1e-2))) {
      for (int step = 0; step < 3; step++) {
        Learner.Step result = learner.step(Batch.of(examples), Targets.classes(0, 1, 2, 1), step);
        assertThat(result.loss())
            .isCloseTo(golden.get("losses").get(step).asDouble(), Offset.offset(LOSS_TOLERANCE));
      }

      Weights weights = learner.network().weights();
      assertThat(weights.tensor("logits", ParameterRole.KERNEL).values())
          .containsExactly(Goldens.floats(golden.get("kernel")), Offset.offset(TOLERANCE));
      assertThat(weights.tensor("logits", ParameterRole.BIAS).values())
          .containsExactly(Goldens.floats(golden.get("bias")), Offset.offset(TOLERANCE));
    }
  }
}
