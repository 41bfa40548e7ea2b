package dev.finetune.internal.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.NormPolicy;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.testing.Goldens;
import dev.finetune.weights.RandomWeights;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WinogradTest {

  /** The names of the primitives contain their algorithm. */
  @Test
  void should_be_used_with_avx512_unless_it_is_switched_off() {
    boolean there = OneDnn.describe().contains("avx512");

    assertThat(operations(EngineOptions.defaults()).contains("_wino")).isEqualTo(there);
    assertThat(operations(EngineOptions.defaults().winograd(false))).doesNotContain("_wino");
  }

  /** Returns the operations of a training step: forward, input gradient and weight gradient. */
  private static String operations(EngineOptions options) {
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Input(Shape.image(3, 8, 8)))
            .then("first", new Conv2d(32, 3, 1, Padding.SAME, true, Activation.RELU))
            .then("second", new Conv2d(32, 3, 1, Padding.SAME, true, Activation.RELU))
            .then("pool", new GlobalAveragePool())
            .then("logits", new Dense(2, Activation.LINEAR))
            .build();
    OperationTimes times = new OperationTimes();
    try (OneDnnTraining network =
        new OneDnnTraining(
            graph, Set.of(), RandomWeights.glorot(graph, 1), NormPolicy.ownMomentum(), options)) {
      network.measure(times);
      network.differentiate(
          Batch.of(List.<float[][]>of(new float[][] {Goldens.wave(192, 0.3)})),
          1,
          logits -> new float[][] {{1, -1}});
    }
    return times.report();
  }
}
