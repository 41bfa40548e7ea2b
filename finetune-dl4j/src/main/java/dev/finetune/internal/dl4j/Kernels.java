package dev.finetune.internal.dl4j;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.graph.layer.Shape;
import dev.finetune.weights.Tensor;
import java.util.List;

/**
 * Conversions of the kernels of grouped convolutions to and from Deeplearning4j's layouts. All
 * other parameters have the same layout in both libraries.
 */
final class Kernels {

  private Kernels() {}

  /** Returns whether every group has one channel. */
  static boolean depthwise(Conv2d conv, Shape input) {
    return conv.groups() > 1 && conv.groups() == input.channels();
  }

  /**
   * Returns whether a graph has a depthwise convolution with an output of 1 x 1 pixels. ND4J fails
   * to compute it for a batch with one example.
   */
  static boolean failsAlone(LayerGraph graph) {
    return graph.nodes().stream()
        .anyMatch(
            node ->
                node.layer() instanceof Conv2d conv
                    && depthwise(conv, graph.node(node.inputs().get(0)).output())
                    && node.output().height() * node.output().width() == 1);
  }

  /**
   * Returns whether a layer is a grouped convolution with several channels per group.
   * Deeplearning4j has no such layer; it is computed as an ordinary convolution with zeros between
   * the groups.
   */
  static boolean grouped(Node node) {
    return node.layer() instanceof Conv2d conv && conv.groups() > 1 && perGroup(node) > 1;
  }

  /** Returns the number of channels that each filter reads. */
  private static int perGroup(Node node) {
    return node.parameters().get(0).shape().get(1);
  }

  /** Returns a parameter's values in Deeplearning4j's layout. */
  static float[] toDl4j(Node node, ParameterSpec spec, Tensor tensor) {
    if (spec.role() != ParameterRole.KERNEL
        || !(node.layer() instanceof Conv2d conv)
        || conv.groups() == 1) {
      return tensor.values();
    }
    if (grouped(node)) {
      float[] whole = new float[tensor.values().length * conv.groups()];
      forEachFilter(
          node,
          conv,
          (own, among, length) -> System.arraycopy(tensor.values(), own, whole, among, length));
      return whole;
    }
    int multiplier = conv.filters() / conv.groups();
    return Tensor.of(
            List.of(conv.groups(), multiplier, conv.kernelHeight(), conv.kernelWidth()),
            tensor.values())
        .permute(2, 3, 0, 1)
        .values();
  }

  /** Returns a parameter from its values in Deeplearning4j's layout. */
  static Tensor fromDl4j(Node node, ParameterSpec spec, float[] values) {
    if (spec.role() != ParameterRole.KERNEL
        || !(node.layer() instanceof Conv2d conv)
        || conv.groups() == 1) {
      return Tensor.of(spec.shape(), values);
    }
    if (grouped(node)) {
      float[] own = new float[Math.toIntExact(spec.count())];
      forEachFilter(
          node, conv, (at, among, length) -> System.arraycopy(values, among, own, at, length));
      return Tensor.of(spec.shape(), own);
    }
    return fromDepthwise(conv, spec, values);
  }

  /** Returns the kernel of a depthwise layer, from (height, width, channels, multiplier) order. */
  static Tensor fromDepthwise(Conv2d conv, ParameterSpec spec, float[] values) {
    int multiplier = conv.filters() / conv.groups();
    return Tensor.of(
        spec.shape(),
        Tensor.of(
                List.of(conv.kernelHeight(), conv.kernelWidth(), conv.groups(), multiplier), values)
            .permute(2, 3, 0, 1)
            .values());
  }

  /**
   * A function of the offsets of a filter's values: in the kernel with one group's channels per
   * filter ({@code own}), and in the kernel with all channels per filter ({@code among}).
   */
  @FunctionalInterface
  private interface Filter {
    void at(int own, int among, int length);
  }

  private static void forEachFilter(Node node, Conv2d conv, Filter action) {
    int length = perGroup(node) * conv.kernelHeight() * conv.kernelWidth();
    int filtersPerGroup = conv.filters() / conv.groups();
    for (int filter = 0; filter < conv.filters(); filter++) {
      int group = filter / filtersPerGroup;
      action.at(filter * length, (filter * conv.groups() + group) * length, length);
    }
  }
}
