package dev.finetune.internal.network;

import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.Engines;
import dev.finetune.engine.InferenceNetwork;
import dev.finetune.engine.NormPolicy;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.weights.Weights;
import java.util.Set;

/** Has engines make networks of graphs with layers of any kind. */
public final class Networks {

  private Networks() {}

  /** Returns a network that gives the outputs of the graph. */
  public static InferenceNetwork inference(
      LayerGraph graph, Weights weights, EngineOptions options) {
    Expansion expansion = Expansion.of(graph);
    return Engines.find(options).inference(expansion.graph(), expansion.expand(weights), options);
  }

  /**
   * Returns a network that trains.
   *
   * @param graph ends in one output, the logits
   * @param frozen layers of it that keep their values
   * @param norms where trained batch normalisation has its statistics from
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
