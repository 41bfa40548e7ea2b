package dev.finetune.weights;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Layer;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Initial values drawn with Keras' defaults: Glorot uniform for kernels, zero for biases, betas and
 * moving means, one for moving variances, and {@link Layer#initialGamma()} for gammas.
 *
 * <p>Glorot uniform draws from +-sqrt(6 / (fanIn + fanOut)). The fans of a convolution are its
 * channels times its window size (X. Glorot, Y. Bengio, "Understanding the difficulty of training
 * deep feedforward neural networks", AISTATS 2010).
 */
public final class RandomWeights {

  private RandomWeights() {}

  /**
   * {@return values for every parameter of the graph} The same seed gives the same bits on every
   * machine. The values of a layer depend on the seed and the layer's name only.
   *
   * @param graph the layers that need values
   * @param seed any number
   */
  public static Weights glorot(LayerGraph graph, long seed) {
    Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create();
    for (Node node : graph.nodes()) {
      // Seeded by name rather than position: adding a layer does not change the others.
      SplittableRandom random = new SplittableRandom(seed * 31 + node.name().hashCode());
      for (ParameterSpec spec : node.parameters()) {
        tensors.put(node.name(), spec.role(), initial(node.layer(), spec, random));
      }
    }
    return Weights.of(tensors);
  }

  private static Tensor initial(Layer layer, ParameterSpec spec, SplittableRandom random) {
    float[] values = new float[Math.toIntExact(spec.count())];
    switch (spec.role()) {
      case KERNEL, DEPTHWISE_KERNEL -> fillGlorot(values, spec.shape(), random);
      case GAMMA -> Arrays.fill(values, (float) layer.initialGamma());
      case MOVING_VARIANCE -> Arrays.fill(values, 1f);
      case BIAS, BETA, MOVING_MEAN, COUNT -> {}
    }
    return Tensor.of(spec.shape(), values);
  }

  private static void fillGlorot(float[] values, List<Integer> shape, SplittableRandom random) {
    int window = shape.stream().skip(2).reduce(1, (a, b) -> a * b);
    double limit = Math.sqrt(6.0 / ((double) window * (shape.get(0) + shape.get(1))));
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * limit);
    }
  }
}
