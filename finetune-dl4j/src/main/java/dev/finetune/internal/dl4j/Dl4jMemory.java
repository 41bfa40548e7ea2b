package dev.finetune.internal.dl4j;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Conv2d;

/** About how much native memory Deeplearning4j takes: it tells only once it has taken it. */
final class Dl4jMemory {

  /** Values, gradients, and a copy of each on its way to the heap or back. */
  private static final int PARAMETER_COPIES = 4;

  private Dl4jMemory() {}

  /** The two largest activations, the unrolled input of the largest convolution, parameters. */
  static long inference(LayerGraph layers, int batch) {
    long largest = layers.nodes().stream().mapToLong(n -> n.output().size()).max().orElse(0);
    return Float.BYTES
        * (batch * (2 * largest + largestUnrolled(layers)) + layers.parameterCount());
  }

  /**
   * Every activation and its gradient, the unrolled input, parameters with what belongs to them.
   */
  static long training(LayerGraph layers, int batch) {
    long all = layers.nodes().stream().mapToLong(n -> n.output().size()).sum();
    return Float.BYTES
        * (batch * (2 * all + largestUnrolled(layers))
            + PARAMETER_COPIES * layers.parameterCount());
  }

  /** Deeplearning4j's im2col writes every window of the input out. */
  private static long largestUnrolled(LayerGraph layers) {
    return layers.nodes().stream().mapToLong(node -> unrolled(layers, node)).max().orElse(0);
  }

  private static long unrolled(LayerGraph layers, Node node) {
    if (!(node.layer() instanceof Conv2d conv)) {
      return 0;
    }
    long channels = layers.node(node.inputs().get(0)).output().channels();
    return channels
        * conv.kernelHeight()
        * conv.kernelWidth()
        * node.output().height()
        * node.output().width();
  }
}
