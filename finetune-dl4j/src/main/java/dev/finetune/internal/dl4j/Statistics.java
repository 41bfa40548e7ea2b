package dev.finetune.internal.dl4j;

import static com.google.common.base.Verify.verifyNotNull;

import dev.finetune.engine.NormPolicy;
import dev.finetune.engine.ObservedStatistics;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.BatchNorm;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The recomputation of the statistics of a training graph's batch normalisation. */
final class Statistics {

  private final ComputationGraph graph;
  private final List<Node> norms;
  private final List<String> random;
  private final ObservedStatistics observed = new ObservedStatistics();

  Statistics(ComputationGraph graph, LayerGraph layers, Set<String> frozen, NormPolicy policy) {
    this.graph = graph;
    this.norms =
        layers.nodes().stream()
            .filter(n -> n.layer() instanceof BatchNorm && !frozen.contains(n.name()))
            .filter(n -> policy.recomputes(n.name()))
            .toList();
    this.random = layers.nodes().stream().filter(n -> n.layer().random()).map(Node::name).toList();
  }

  boolean recomputes() {
    return !norms.isEmpty();
  }

  /**
   * Adds a batch, computed in training mode without dropout and stochastic depth.
   *
   * @param examples the number of examples that the batch counts as
   */
  void observe(INDArray[] inputs, int examples) {
    Map<String, IDropout> dropouts = takeDropouts();
    try {
      Map<String, INDArray> activations = graph.feedForward(inputs, true);
      for (Node norm : norms) {
        add(norm.name(), verifyNotNull(activations.get(norm.inputs().get(0))), examples);
      }
    } finally {
      dropouts.forEach((name, dropout) -> configuration(name).setIDropout(dropout));
    }
  }

  private void add(String norm, INDArray values, int examples) {
    int channels = (int) values.size(1);
    int[] others = values.rank() == 2 ? new int[] {0} : new int[] {0, 2, 3};
    observed.add(
        norm,
        values.mean(others).toFloatVector(),
        values.var(false, others).toFloatVector(),
        (int) (values.length() / values.size(0) / channels) * examples);
  }

  /** Stores the observed statistics in the graph and clears them. */
  void settle() {
    observed.settle(
        (norm, mean, variance) -> {
          store(norm, BatchNormalizationParamInitializer.GLOBAL_MEAN, mean);
          store(norm, BatchNormalizationParamInitializer.GLOBAL_VAR, variance);
        });
  }

  private void store(String norm, String key, float[] values) {
    INDArray stored = graph.getLayer(norm).getParam(key);
    stored.assign(Nd4j.createFromArray(values).reshape(stored.shape()));
  }

  private Map<String, IDropout> takeDropouts() {
    Map<String, IDropout> taken = new HashMap<>();
    for (String name : random) {
      IDropout dropout = configuration(name).getIDropout();
      if (dropout != null) {
        taken.put(name, dropout);
        configuration(name).setIDropout(null);
      }
    }
    return taken;
  }

  private org.deeplearning4j.nn.conf.layers.Layer configuration(String name) {
    return graph.getLayer(name).conf().getLayer();
  }
}
