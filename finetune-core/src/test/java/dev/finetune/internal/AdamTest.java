package dev.finetune.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.Activation;
import dev.finetune.graph.Layer;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.ParameterRole;
import dev.finetune.graph.Shape;
import dev.finetune.internal.engine.Engines;
import dev.finetune.internal.network.Batch;
import dev.finetune.internal.network.TrainableNetwork;
import dev.finetune.internal.onednn.AdamUpdater;
import dev.finetune.testing.Goldens;
import dev.finetune.train.Adam;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdamTest {

  /** Each value by itself, so the bits do not depend on who updates it. */
  @ParameterizedTest
  @ValueSource(ints = {2, 5, 64})
  void should_give_the_same_bits_with_any_number_of_threads(int threads) {
    int count = 3 * 4096 + 7;
    float[] gradients = Goldens.wave(count, 0.37);

    assertThat(updated(threads, count, gradients)).isEqualTo(updated(1, count, gradients));
  }

  private static float[] updated(int threads, int count, float[] gradients) {
    try (AdamUpdater updater = new AdamUpdater(Adam.adam(1e-2), count, threads)) {
      new FloatPointer(updater.gradients()).put(gradients);
      updater.update();
      updater.update();
      float[] values = new float[count];
      new FloatPointer(updater.values()).get(values);
      return values;
    }
  }

  /** Three steps of softmax regression, against gradients and Keras' formula written by hand. */
  @Test
  void should_step_as_keras_does() {
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Layer.Input(Shape.image(3, 2, 2)))
            .then("flatten", new Layer.Flatten())
            .then("logits", new Layer.Dense(3, Activation.LINEAR))
            .build();
    Table<String, ParameterRole, Tensor> initial = HashBasedTable.create();
    initial.put("logits", ParameterRole.KERNEL, Tensor.of(List.of(12, 3), Goldens.wave(36, 0.21)));
    initial.put("logits", ParameterRole.BIAS, Tensor.of(List.of(3), Goldens.wave(3, 0.9)));
    TrainableNetwork network =
        Engines.training(
            graph, Set.of(), Weights.of(initial), Adam.adam(1e-2), EngineOptions.defaults());
    float[] all = Goldens.wave(48, 0.37);
    List<float[][]> examples = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      examples.add(new float[][] {Arrays.copyOfRange(all, 12 * i, 12 * i + 12)});
    }
    JsonNode golden = Goldens.read("adam.json");

    for (int step = 0; step < 3; step++) {
      TrainableNetwork.Step result = network.step(Batch.of(examples), new int[] {0, 1, 2, 1}, step);
      assertThat(result.loss())
          .isCloseTo(golden.get("losses").get(step).asDouble(), Offset.offset(1e-5));
    }

    assertThat(network.weights().layer("logits").get(ParameterRole.KERNEL).values())
        .containsExactly(Goldens.floats(golden.get("kernel")), Offset.offset(2e-6f));
    assertThat(network.weights().layer("logits").get(ParameterRole.BIAS).values())
        .containsExactly(Goldens.floats(golden.get("bias")), Offset.offset(2e-6f));
  }
}
