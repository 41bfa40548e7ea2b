package dev.finetune.internal.onednn;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An inference network in which batch normalisation after a convolution is folded into the
 * convolution's kernel and bias. This is exact up to rounding, as gamma (K x + b - mean) /
 * sqrt(variance + epsilon) + beta is affine in x.
 *
 * @param graph the network without the folded layers; a convolution with a folded normalisation has
 *     the normalisation's name
 * @param weights the parameters of {@code graph}
 */
record FoldedNorms(LayerGraph graph, Weights weights) {

  /** Folds every batch normalisation that is the only reader of a linear convolution. */
  static FoldedNorms of(LayerGraph graph, Weights weights) {
    LayerGraph.Builder builder = LayerGraph.builder();
    Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create();
    Set<String> done = new HashSet<>();
    for (Node node : graph.nodes()) {
      if (done.contains(node.name())) {
        continue;
      }
      String[] inputs = node.inputs().toArray(String[]::new);
      Optional<Node> norm = normBehind(graph, node);
      if (norm.isPresent()) {
        Conv2d conv = ((Conv2d) node.layer()).withBias();
        builder.add(norm.get().name(), conv, inputs);
        tensors.row(norm.get().name()).putAll(fold(node, norm.get(), weights));
        done.add(norm.get().name());
      } else {
        builder.add(node.name(), node.layer(), inputs);
        tensors.row(node.name()).putAll(weights.layer(node.name()));
      }
    }
    return new FoldedNorms(builder.build(graph.outputs()), Weights.of(tensors));
  }

  private static Optional<Node> normBehind(LayerGraph graph, Node node) {
    boolean linear = node.layer() instanceof Conv2d conv && conv.activation() == Activation.LINEAR;
    return graph
        .onlyReader(node.name())
        .filter(reader -> linear && reader.layer() instanceof BatchNorm);
  }

  private static Map<ParameterRole, Tensor> fold(Node conv, Node norm, Weights weights) {
    Tensor kernel = weights.tensor(conv.name(), ParameterRole.KERNEL);
    Tensor gamma = weights.layer(norm.name()).get(ParameterRole.GAMMA);
    float[] beta = weights.tensor(norm.name(), ParameterRole.BETA).values();
    float[] mean = weights.tensor(norm.name(), ParameterRole.MOVING_MEAN).values();
    float[] variance = weights.tensor(norm.name(), ParameterRole.MOVING_VARIANCE).values();
    Tensor bias = weights.layer(conv.name()).get(ParameterRole.BIAS);
    double epsilon = ((BatchNorm) norm.layer()).epsilon();
    float[] foldedKernel = new float[kernel.values().length];
    float[] foldedBias = new float[beta.length];
    int perFilter = foldedKernel.length / beta.length;
    for (int filter = 0; filter < beta.length; filter++) {
      double factor = gamma == null ? 1 : gamma.values()[filter];
      double scale = factor / Math.sqrt(variance[filter] + epsilon);
      for (int i = filter * perFilter; i < (filter + 1) * perFilter; i++) {
        foldedKernel[i] = (float) (kernel.values()[i] * scale);
      }
      double before = bias == null ? 0 : bias.values()[filter];
      foldedBias[filter] = (float) ((before - mean[filter]) * scale + beta[filter]);
    }
    return Map.of(
        ParameterRole.KERNEL, Tensor.of(kernel.shape(), foldedKernel),
        ParameterRole.BIAS, Tensor.of(List.of(beta.length), foldedBias));
  }
}
