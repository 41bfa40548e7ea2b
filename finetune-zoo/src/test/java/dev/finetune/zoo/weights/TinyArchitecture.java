package dev.finetune.zoo.weights;

import dev.finetune.graph.Activation;
import dev.finetune.graph.Layer;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Padding;
import dev.finetune.graph.Shape;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.Top;
import dev.finetune.zoo.download.WeightFile;
import java.util.Map;
import java.util.Optional;

/** The network of src/test/python/make_fixtures.py; the dense layer is its top. */
final class TinyArchitecture implements Architecture {

  @Override
  public String name() {
    return "tiny";
  }

  @Override
  public int defaultSize() {
    return 8;
  }

  @Override
  public LayerGraph graph(int size, Top top) {
    LayerGraph.Builder graph =
        LayerGraph.builder()
            .add("in", new Layer.Input(Shape.image(3, size, size)))
            .then("conv", new Layer.Conv2d(4, 3, 1, Padding.SAME, true, Activation.LINEAR))
            .then("norm", new Layer.BatchNorm(1e-3, 0.99))
            .then("relu", new Layer.Activate(Activation.RELU))
            .then("pool", new Layer.MaxPool(2, 2, Padding.VALID));
    if (top != Top.NONE) {
      graph
          .then("flatten", new Layer.Flatten())
          .then("dense", new Layer.Dense(5, Activation.LINEAR));
    }
    return graph.build();
  }

  @Override
  public Map<String, String> torchNames() {
    return Map.of("features.0", "conv", "features.1", "norm", "classifier", "dense");
  }

  @Override
  public Optional<WeightFile> kerasWeights(boolean withTop) {
    return Optional.empty();
  }
}
