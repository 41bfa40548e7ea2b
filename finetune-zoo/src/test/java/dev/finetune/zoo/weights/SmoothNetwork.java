package dev.finetune.zoo.weights;

import dev.finetune.graph.Activation;
import dev.finetune.graph.Layer;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;

/**
 * A network without kinks, as src/test/python/make_gradient_goldens.py makes it: ELU for ReLU and
 * ReLU6, average pooling for max pooling, and no dropout.
 */
final class SmoothNetwork {

  private SmoothNetwork() {}

  static LayerGraph of(LayerGraph graph) {
    LayerGraph.Builder builder = LayerGraph.builder();
    for (Node node : graph.nodes()) {
      builder.add(node.name(), smooth(node.layer()), node.inputs().toArray(String[]::new));
    }
    return builder.build(graph.outputs());
  }

  private static Layer smooth(Layer layer) {
    if (layer instanceof Layer.Conv2d conv) {
      return conv.with(smooth(conv.activation()));
    } else if (layer instanceof Layer.Dense dense) {
      return new Layer.Dense(dense.units(), smooth(dense.activation()));
    } else if (layer instanceof Layer.Activate activate) {
      return new Layer.Activate(smooth(activate.activation()));
    } else if (layer instanceof Layer.MaxPool pool) {
      return new Layer.AveragePool(pool.window(), pool.stride(), pool.padding());
    } else if (layer instanceof Layer.Dropout) {
      return new Layer.Dropout(0);
    }
    return layer;
  }

  private static Activation smooth(Activation activation) {
    return switch (activation) {
      case RELU, RELU6 -> Activation.ELU;
      case LEAKY_RELU, HARD_SIGMOID, HARD_SWISH ->
          throw new IllegalArgumentException("There is no smooth one for " + activation);
      default -> activation;
    };
  }
}
