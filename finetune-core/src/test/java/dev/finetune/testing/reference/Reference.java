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
 * Computes a graph of basic layers in double precision. Dropout and stochastic depth pass on what
 * they read: what is random in training is judged otherwise.
 *
 * @param weights read anew in every pass
 * @param byBatch the batch normalisation that normalises by the batch; the others do by their
 *     stored statistics
 */
public record Reference(LayerGraph graph, DoubleWeights weights, Set<String> byBatch) {

  /** Makes one that computes as in inference. */
  public static Reference inference(LayerGraph graph, DoubleWeights weights) {
    return new Reference(graph, weights, Set.of());
  }

  /**
   * What a pass gave.
   *
   * @param values by layer
   * @param statistics of the batch, by layer, for each channel
   */
  public record Pass(
      Map<String, Values> values,
      ListMultimap<String, Normalisation.Moments> statistics,
      Kinks kinks) {

    /** Returns what a layer gave. */
    public Values of(String layer) {
      return requireNonNull(values.get(layer), layer);
    }

    /** Returns how near the pass came to where a derivative jumps. */
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
