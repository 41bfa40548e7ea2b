package dev.finetune.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.engine.ConvolutionPath;
import dev.finetune.graph.Activation;
import dev.finetune.graph.Layer;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Padding;
import dev.finetune.graph.ParameterRole;
import dev.finetune.graph.Shape;
import dev.finetune.internal.engine.Engines;
import dev.finetune.internal.network.Batch;
import dev.finetune.internal.network.TrainableNetwork;
import dev.finetune.testing.Goldens;
import dev.finetune.train.Adam;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/** oneDNN and Deeplearning4j's own convolutions agree, forward and backward. */
class ConvolutionPathProperties {

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void should_agree_over_shapes(
      @ForAll @IntRange(min = 1, max = 5) int channels,
      @ForAll @IntRange(min = 5, max = 12) int side,
      @ForAll @IntRange(min = 1, max = 9) int filters,
      @ForAll @IntRange(min = 1, max = 4) int kernel,
      @ForAll @IntRange(min = 1, max = 3) int stride,
      @ForAll Padding padding,
      @ForAll @IntRange(min = 1, max = 3) int batch) {
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Layer.Input(Shape.image(channels, side, side)))
            .then(
                "first", new Layer.Conv2d(filters, kernel, stride, padding, true, Activation.TANH))
            .then("second", new Layer.Conv2d(4, 1, 1, Padding.SAME, true, Activation.TANH))
            .then("flatten", new Layer.Flatten())
            .then("logits", new Layer.Dense(2, Activation.LINEAR))
            .build();

    Weights oneDnn = afterOneStep(graph, batch, ConvolutionPath.ONEDNN);
    Weights dl4j = afterOneStep(graph, batch, ConvolutionPath.DL4J);

    for (String layer : List.of("first", "second", "logits")) {
      oneDnn
          .layer(layer)
          .forEach((role, tensor) -> assertNear(layer, role, tensor, dl4j.layer(layer).get(role)));
    }
  }

  /** With epsilon 1 and a large rate Adam's first step is nearly proportional to the gradient. */
  private static Weights afterOneStep(LayerGraph graph, int batch, ConvolutionPath path) {
    TrainableNetwork network =
        Engines.training(
            graph, Set.of(), RandomWeights.glorot(graph, 3), new Adam(1.0, 0.9, 0.999, 1.0), path);
    int size = graph.inputs().get(0).output().size();
    List<float[][]> examples = new ArrayList<>();
    int[] labels = new int[batch];
    for (int i = 0; i < batch; i++) {
      examples.add(new float[][] {Goldens.wave(size, 0.3 + i)});
      labels[i] = i % 2;
    }
    network.step(Batch.of(examples), labels, 1);
    return network.weights();
  }

  private static void assertNear(String layer, ParameterRole role, Tensor a, Tensor b) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < a.values().length; i++) {
      difference = Math.max(difference, Math.abs(a.values()[i] - b.values()[i]));
      size = Math.max(size, Math.abs(b.values()[i]));
    }
    assertThat(difference).as("%s %s", layer, role).isLessThanOrEqualTo(1e-5 * Math.max(size, 0.1));
  }
}
