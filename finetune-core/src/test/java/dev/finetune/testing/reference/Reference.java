package dev.finetune.testing.reference;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ListMultimap;
import dev.finetune.engine.Batch;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Input;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Computes a graph of basic layers in double precision. Dropout and stochastic depth are the
 * identity; {@link dev.finetune.testing.RandomLayerContract} checks their behaviour in training.
 *
 * @param graph the layers
 * @param weights the weights; each pass reads them again
 * @param byBatch the names of the batch normalisation layers that normalise by the batch; the
 *     others use their stored statistics
 */
public record Reference(LayerGraph graph, DoubleWeights weights, Set<String> byBatch) {

  /** Creates a reference for inference. */
  public static Reference inference(LayerGraph graph, DoubleWeights weights) {
    return new Reference(graph, weights, Set.of());
  }

  /**
   * The results of a pass.
   *
   * @param values the outputs by layer
   * @param statistics the statistics of the batch, by layer, for each channel
   * @param kinks the smallest distance to a kink
   */
  public record Pass(
      Map<String, Values> values,
      ListMultimap<String, Normalisation.Moments> statistics,
      Kinks kinks) {

    /** Returns the output of a layer. */
    public Values of(String layer) {
      return requireNonNull(values.get(layer), layer);
    }

    /** Returns the smallest distance to a point where a derivative is not continuous. */
    public double margin() {
      return kinks.margin();
    }
  }

  /** Computes all layers. */
  public Pass pass(Batch batch) {
    Pass pass = new Pass(new LinkedHashMap<>(), ArrayListMultimap.create(), new Kinks());
    int input = 0;
    for (Node node : graph.nodes()) {
      List<Values> inputs =
          node.layer() instanceof Input
              ? List.of(Values.of(batch, input++, node.output()))
              : node.inputs().stream().map(pass.values()::get).toList();
      pass.values()
          .put(
              node.name(),
              node.layer().basic().accept(new LayerReference(node, inputs, this, pass)));
    }
    return pass;
  }
}
