package dev.finetune.internal.network;

import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.Engines;
import dev.finetune.engine.InferenceNetwork;
import dev.finetune.engine.NormPolicy;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.weights.Weights;
import java.util.Set;

/** Creates networks of graphs with layers of any kind. */
public final class Networks {

  private Networks() {}

  /**
   * Creates a network that computes the outputs of a graph.
   *
   * @param weights a tensor for each parameter of the graph
   * @throws dev.finetune.engine.EngineException if no engine is available, or the engine does not
   *     support a layer
   */
  public static InferenceNetwork inference(
      LayerGraph graph, Weights weights, EngineOptions options) {
    Expansion expansion = Expansion.of(graph);
    return Engines.find(options).inference(expansion.graph(), expansion.expand(weights), options);
  }

  /**
   * Creates a network for training.
   *
   * @param graph has one output, the logits
   * @param frozen the names of the frozen layers
   * @param weights a tensor for each parameter of the graph
   * @param norms how trainable batch normalisation gets its inference statistics
   * @throws dev.finetune.engine.EngineException if no engine is available, or the engine does not
   *     support a layer
   */
  public static TrainableNetwork training(
      LayerGraph graph,
      Set<String> frozen,
      Weights weights,
      NormPolicy norms,
      EngineOptions options) {
    Expansion expansion = Expansion.of(graph);
    TrainableNetwork network =
        Engines.find(options)
            .training(
                expansion.graph(),
                expansion.frozen(frozen),
                expansion.expand(weights),
                norms,
                options);
    return new ExpandedTraining(network, expansion);
  }
}
