package dev.finetune.internal.dl4j;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.graph.layer.Shape;
import dev.finetune.weights.Tensor;
import java.util.List;

/** The kernels of grouped convolutions in Deeplearning4j's layouts; all other parameters agree. */
final class Kernels {

  private Kernels() {}

  /** Whether every channel is a group of its own. */
  static boolean depthwise(Conv2d conv, Shape input) {
    return conv.groups() > 1 && conv.groups() == input.channels();
  }

  /**
   * Whether a graph has a depthwise convolution that gives one place: ND4J's fails on a single
   * example of it.
   */
  static boolean failsAlone(LayerGraph graph) {
    return graph.nodes().stream()
        .anyMatch(
            node ->
                node.layer() instanceof Conv2d conv
                    && depthwise(conv, graph.node(node.inputs().get(0)).output())
                    && node.output().height() * node.output().width() == 1);
  }

  /** Whether Deeplearning4j has no layer for it and zeros have to stay between the groups. */
  static boolean grouped(Node node) {
    return node.layer() instanceof Conv2d conv && conv.groups() > 1 && perGroup(node) > 1;
  }

  /** Channels that each filter reads. */
  private static int perGroup(Node node) {
    return node.parameters().get(0).shape().get(1);
  }

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

  /** The kernel of a depthwise layer of Deeplearning4j's: (height, width, channels, multiplier). */
  static Tensor fromDepthwise(Conv2d conv, ParameterSpec spec, float[] values) {
    int multiplier = conv.filters() / conv.groups();
    return Tensor.of(
        spec.shape(),
        Tensor.of(
                List.of(conv.kernelHeight(), conv.kernelWidth(), conv.groups(), multiplier), values)
            .permute(2, 3, 0, 1)
            .values());
  }

  /** Where a filter's values are, in its group's kernel and in the kernel over all channels. */
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
