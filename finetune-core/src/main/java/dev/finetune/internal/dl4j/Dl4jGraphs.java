package dev.finetune.internal.dl4j;

import dev.finetune.graph.LayerGraph;
import dev.finetune.internal.network.Expansion;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.learning.config.Adam;

/** Networks as plain Deeplearning4j graphs, to hand out and to save. */
public final class Dl4jGraphs {

  private Dl4jGraphs() {}

  /** A graph that ends in logits, softmax and a loss. */
  public static ComputationGraph classifier(LayerGraph layers, Weights weights) {
    Expansion expansion = Expansion.of(layers);
    ComputationGraph graph =
        new ComputationGraph(
            GraphCompiler.withLoss(expansion.graph(), Set.of(), new Adam(1e-4), false));
    graph.init();
    Parameters.set(graph, expansion.graph(), expansion.expand(weights));
    return graph;
  }

  /** Writes it as a zip in Deeplearning4j's own format. */
  public static void write(ComputationGraph graph, Path zip) throws IOException {
    ModelSerializer.writeModel(graph, zip.toFile(), false);
  }

  /** The parameters of the graph that {@link #write} wrote into this zip. */
  public static Weights read(LayerGraph layers, Path zip) throws IOException {
    Backend.require();
    ComputationGraph graph = ModelSerializer.restoreComputationGraph(zip.toFile(), false);
    try {
      Expansion expansion = Expansion.of(layers);
      return expansion.contract(Parameters.get(graph, expansion.graph()));
    } finally {
      graph.close();
    }
  }
}
