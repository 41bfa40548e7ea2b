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
          throw new IllegalArgumentException("There is no smooth one for " + activation);
      default -> activation;
    };
  }
}
