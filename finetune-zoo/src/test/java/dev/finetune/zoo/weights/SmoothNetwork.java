package dev.finetune.zoo.weights;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.ActivatedLayer;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.AveragePool;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.Layer;
import dev.finetune.graph.layer.MaxPool;

/**
 * A conversion of a network to one without kinks, as in src/test/python/make_gradient_goldens.py:
 * ELU instead of ReLU and ReLU6, average pooling instead of max pooling, and no dropout.
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
    if (layer instanceof ActivatedLayer activated) {
      return activated.with(smooth(activated.activation()));
    } else if (layer instanceof Activate activate) {
      return new Activate(smooth(activate.activation()));
    } else if (layer instanceof MaxPool pool) {
      return new AveragePool(pool.window(), pool.stride(), pool.padding());
    } else if (layer instanceof Dropout) {
      return new Dropout(0);
    }
    return layer;
  }

  private static Activation smooth(Activation activation) {
    return switch (activation) {
      case RELU, RELU6 -> Activation.ELU;
      case LEAKY_RELU, HARD_SIGMOID, HARD_SWISH ->
          throw new IllegalArgumentException(
              "activation must have a smooth replacement, got " + activation);
      default -> activation;
    };
  }
}
