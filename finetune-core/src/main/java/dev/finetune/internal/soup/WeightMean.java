package dev.finetune.internal.soup;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.List;

/** The uniform average of weights. */
public final class WeightMean {

  private WeightMean() {}

  /**
   * Returns the arithmetic mean of each value, computed in float64. Values that are equal in all
   * weights keep their bits.
   *
   * <p>The running statistics of batch normalisation are averaged like the other parameters. That
   * is an approximation: they are not the statistics that the averaged network would observe. A
   * caller that needs those has to recompute them.
   *
   * @param graph the layers of all weights
   * @param all at least one
   * @throws IllegalArgumentException if there are none
   * @throws dev.finetune.weights.WeightsException if weights are not those of the graph, or a value
   *     is not finite; the message has the number of the weights, from 1
   */
  public static Weights of(LayerGraph graph, List<Weights> all) {
    checkArgument(!all.isEmpty(), "An average must have at least one model, got none");
    for (int i = 0; i < all.size(); i++) {
      String source = "model " + (i + 1) + " of the average";
      all.get(i).requireMatch(graph, source);
      all.get(i).requireFinite(source);
    }
    Table<String, ParameterRole, Tensor> means = HashBasedTable.create();
    for (Node node : graph.nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        float[][] values =
            all.stream()
                .map(weights -> weights.tensor(node.name(), spec).values())
                .toArray(float[][]::new);
        means.put(node.name(), spec.role(), Tensor.of(spec.shape(), mean(values)));
      }
    }
    return Weights.of(means);
  }

  private static float[] mean(float[][] all) {
    float[] means = new float[all[0].length];
    for (int i = 0; i < means.length; i++) {
      double sum = 0;
      for (float[] values : all) {
        sum += values[i];
      }
      means[i] = (float) (sum / all.length);
    }
    return means;
  }
}
