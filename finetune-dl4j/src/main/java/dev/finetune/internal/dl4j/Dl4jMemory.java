package dev.finetune.internal.dl4j;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Conv2d;

/** Estimates of Deeplearning4j's native memory, which cannot be measured before it is allocated. */
final class Dl4jMemory {

  /** Values and gradients, and a temporary copy of each for the transfer to and from the heap. */
  private static final int PARAMETER_COPIES = 4;

  private Dl4jMemory() {}

  /**
   * Returns the bytes for inference: twice the largest activation, the largest unrolled input of a
   * convolution, and the parameters.
   */
  static long inference(LayerGraph layers, int batch) {
    long largest = layers.nodes().stream().mapToLong(n -> n.output().size()).max().orElse(0);
    return Float.BYTES
        * (batch * (2 * largest + largestUnrolled(layers)) + layers.parameterCount());
  }

  /**
   * Returns the bytes for training: all activations and their gradients, the largest unrolled input
   * of a convolution, and {@link #PARAMETER_COPIES} times the parameters.
   */
  static long training(LayerGraph layers, int batch) {
    long all = layers.nodes().stream().mapToLong(n -> n.output().size()).sum();
    return Float.BYTES
        * (batch * (2 * all + largestUnrolled(layers))
            + PARAMETER_COPIES * layers.parameterCount());
  }

  /** Returns the size of the largest input after im2col, which copies every window, in values. */
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
