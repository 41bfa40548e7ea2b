package dev.finetune.internal.network;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.graph.Activation;
import dev.finetune.graph.Layer;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.Padding;
import dev.finetune.graph.ParameterRole;
import dev.finetune.graph.Shape;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network with its composite layers written out in simpler ones, so that engines need not know
 * them: a separable convolution is two convolutions, a factor for each channel a depthwise
 * convolution of 1 x 1, Keras' Normalization a batch normalisation that is never trained.
 */
public final class Expansion {

  /** What is added to the variance where nothing need be: the least that changes no float. */
  private static final double NO_EPSILON = 1e-12;

  private final LayerGraph original;
  private final LayerGraph graph;

  private Expansion(LayerGraph original, LayerGraph graph) {
    this.original = original;
    this.graph = graph;
  }

  /** Writes a network out. */
  public static Expansion of(LayerGraph original) {
    if (original.nodes().stream().noneMatch(n -> composite(n.layer()))) {
      return new Expansion(original, original);
    }
    LayerGraph.Builder builder = LayerGraph.builder();
    for (Node node : original.nodes()) {
      String[] inputs = node.inputs().toArray(String[]::new);
      if (node.layer() instanceof Layer.SeparableConv2d separable) {
        Shape in = original.node(inputs[0]).output();
        builder.add(depthwise(node), separable.depthwise(in), inputs);
        builder.add(node.name(), separable.pointwise(), depthwise(node));
      } else {
        builder.add(node.name(), simple(node), inputs);
      }
    }
    return new Expansion(original, builder.build(original.outputs()));
  }

  private static boolean composite(Layer layer) {
    return layer instanceof Layer.SeparableConv2d
        || layer instanceof Layer.Scale
        || constant(layer);
  }

  private static boolean constant(Layer layer) {
    return layer instanceof Layer.Rescale || layer instanceof Layer.Normalize;
  }

  private static Layer simple(Node node) {
    if (node.layer() instanceof Layer.Scale) {
      return perChannel(node.output().channels(), false);
    } else if (node.layer() instanceof Layer.Rescale) {
      return perChannel(node.output().channels(), true);
    } else if (node.layer() instanceof Layer.Normalize) {
      return new Layer.BatchNorm(NO_EPSILON, 0);
    }
    return node.layer();
  }

  private static Layer perChannel(int channels, boolean bias) {
    return new Layer.Conv2d(channels, 1, 1, Padding.VALID, 1, channels, bias, Activation.LINEAR);
  }

  private static String depthwise(Node node) {
    return node.name() + "/depthwise";
  }

  /** The network written out, with the same outputs. */
  public LayerGraph graph() {
    return graph;
  }

  /** The layers of the written-out network that keep their values while those keep theirs. */
  public Set<String> frozen(Set<String> frozen) {
    Set<String> all = new HashSet<>(frozen);
    for (Node node : original.nodes()) {
      if (constant(node.layer())) {
        all.add(node.name());
      } else if (node.layer() instanceof Layer.SeparableConv2d && frozen.contains(node.name())) {
        all.add(depthwise(node));
      }
    }
    return all;
  }

  /** The values of the written-out network. */
  public Weights expand(Weights weights) {
    if (graph == original) {
      return weights;
    }
    Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create();
    for (Node node : original.nodes()) {
      Map<ParameterRole, Tensor> own = weights.layer(node.name());
      Map<ParameterRole, Tensor> to = tensors.row(node.name());
      if (node.layer() instanceof Layer.SeparableConv2d) {
        to.putAll(own);
        to.remove(ParameterRole.DEPTHWISE_KERNEL);
        tensors.put(
            depthwise(node),
            ParameterRole.KERNEL,
            weights.tensor(node.name(), ParameterRole.DEPTHWISE_KERNEL));
      } else if (node.layer() instanceof Layer.Scale) {
        to.put(ParameterRole.KERNEL, kernel(weights.tensor(node.name(), ParameterRole.GAMMA)));
      } else if (node.layer() instanceof Layer.Rescale rescale) {
        to.put(ParameterRole.KERNEL, kernel(vector(rescale.factors())));
        to.put(ParameterRole.BIAS, vector(rescale.offsets()));
      } else if (node.layer() instanceof Layer.Normalize) {
        to.putAll(own);
        to.remove(ParameterRole.COUNT);
        to.put(ParameterRole.GAMMA, filled(node.output().channels(), 1));
        to.put(ParameterRole.BETA, filled(node.output().channels(), 0));
      } else {
        to.putAll(own);
      }
    }
    return Weights.of(tensors);
  }

  /** The values of the original network, from those of the written-out one. */
  public Weights contract(Weights expanded) {
    if (graph == original) {
      return expanded;
    }
    Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create();
    for (Node node : original.nodes()) {
      Map<ParameterRole, Tensor> to = tensors.row(node.name());
      if (node.layer() instanceof Layer.Scale) {
        Tensor kernel = expanded.tensor(node.name(), ParameterRole.KERNEL);
        to.put(ParameterRole.GAMMA, Tensor.of(List.of(kernel.values().length), kernel.values()));
      } else if (node.layer() instanceof Layer.Normalize) {
        to.putAll(expanded.layer(node.name()));
        to.keySet().removeAll(Set.of(ParameterRole.GAMMA, ParameterRole.BETA));
        to.put(ParameterRole.COUNT, filled(1, 0));
      } else if (!(node.layer() instanceof Layer.Rescale)) {
        to.putAll(expanded.layer(node.name()));
      }
      if (node.layer() instanceof Layer.SeparableConv2d) {
        to.put(
            ParameterRole.DEPTHWISE_KERNEL, expanded.tensor(depthwise(node), ParameterRole.KERNEL));
      }
    }
    return Weights.of(tensors);
  }

  private static Tensor kernel(Tensor perChannel) {
    return Tensor.of(List.of(perChannel.values().length, 1, 1, 1), perChannel.values());
  }

  private static Tensor vector(List<Double> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return Tensor.of(List.of(floats.length), floats);
  }

  private static Tensor filled(int count, float value) {
    float[] floats = new float[count];
    Arrays.fill(floats, value);
    return Tensor.of(List.of(count), floats);
  }
}
