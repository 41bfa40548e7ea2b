package dev.finetune.internal.plan;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;

/** Counts the arithmetic of a network. */
final class Work {

  private Work() {}

  /**
   * Returns the multiply-adds of a forward pass for one image. Only kernels count; they are the
   * most by far. Each value of a kernel is used once for every position of the output.
   */
  static long multiplyAdds(LayerGraph graph) {
    long sum = 0;
    for (Node node : graph.nodes()) {
      long positions = node.output().size() / node.output().channels();
      for (ParameterSpec spec : node.parameters()) {
        if (isKernel(spec.role())) {
          sum += spec.count() * positions;
        }
      }
    }
    return sum;
  }

  private static boolean isKernel(ParameterRole role) {
    return switch (role) {
      case KERNEL, DEPTHWISE_KERNEL -> true;
      case BIAS, GAMMA, BETA, MOVING_MEAN, MOVING_VARIANCE, COUNT -> false;
    };
  }
}
