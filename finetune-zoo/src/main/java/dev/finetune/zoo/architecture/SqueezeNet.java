package dev.finetune.zoo.architecture;

import com.google.common.collect.ImmutableMap;
import dev.finetune.graph.Activation;
import dev.finetune.graph.Layer;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Padding;
import dev.finetune.graph.Shape;
import dev.finetune.zoo.download.WeightFile;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * SqueezeNet 1.1 (F. Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters
 * and &lt;0.5MB model size", 2016), with the layer names of keras-squeezenet.
 *
 * <p>Pooling takes whole windows only, as in keras-squeezenet; torchvision rounds up. At 224 and
 * every other size at which windows fit exactly the two are the same.
 */
public final class SqueezeNet implements Architecture {

  /** Squeeze and expand channels of fire2 to fire9. */
  private static final int[][] FIRES = {
    {16, 64}, {16, 64}, {32, 128}, {32, 128}, {48, 192}, {48, 192}, {64, 256}, {64, 256}
  };

  /** The place of fire2 to fire9 in torchvision's {@code features}. */
  private static final int[] TORCH_FIRES = {3, 4, 6, 7, 9, 10, 11, 12};

  @Override
  public String name() {
    return "squeezenet";
  }

  @Override
  public int defaultSize() {
    return 224;
  }

  @Override
  public LayerGraph graph(int size, Top top) {
    LayerGraph.Builder graph = LayerGraph.builder();
    graph.add("input_1", new Layer.Input(Shape.image(3, size, size)));
    graph.then("conv1", conv(64, 3, 2, Padding.VALID));
    graph.then("relu_conv1", new Layer.Activate(Activation.RELU));
    graph.then("pool1", pool());
    for (int i = 0; i < FIRES.length; i++) {
      int number = i + 2;
      fire(graph, "fire" + number, FIRES[i][0], FIRES[i][1]);
      if (number == 3 || number == 5) {
        graph.then("pool" + number, pool());
      }
    }
    if (top != Top.NONE) {
      graph.then("drop9", new Layer.Dropout(0.5));
      graph.then("conv10", conv(1000, 1, 1, Padding.VALID));
      graph.then("relu_conv10", new Layer.Activate(Activation.RELU));
      graph.then("pool", new Layer.GlobalAveragePool());
    }
    if (top == Top.SOFTMAX) {
      graph.then("softmax", new Layer.Activate(Activation.SOFTMAX));
    }
    return graph.build();
  }

  private static void fire(LayerGraph.Builder graph, String name, int squeeze, int expand) {
    String prefix = name + "/";
    graph.then(prefix + "squeeze1x1", conv(squeeze, 1, 1, Padding.VALID));
    graph.then(prefix + "relu_squeeze1x1", new Layer.Activate(Activation.RELU));
    String squeezed = graph.last();
    graph.add(prefix + "expand1x1", conv(expand, 1, 1, Padding.VALID), squeezed);
    graph.add(prefix + "expand3x3", conv(expand, 3, 1, Padding.SAME), squeezed);
    graph.add(prefix + "relu_expand1x1", new Layer.Activate(Activation.RELU), prefix + "expand1x1");
    graph.add(prefix + "relu_expand3x3", new Layer.Activate(Activation.RELU), prefix + "expand3x3");
    graph.add(
        prefix + "concat",
        new Layer.Concat(),
        prefix + "relu_expand1x1",
        prefix + "relu_expand3x3");
  }

  private static Layer conv(int filters, int kernel, int stride, Padding padding) {
    return new Layer.Conv2d(filters, kernel, stride, padding, true, Activation.LINEAR);
  }

  private static Layer pool() {
    return new Layer.MaxPool(3, 2, Padding.VALID);
  }

  @Override
  public Map<String, String> torchNames() {
    ImmutableMap.Builder<String, String> names = ImmutableMap.builder();
    names.put("features.0", "conv1");
    for (int i = 0; i < FIRES.length; i++) {
      String torch = "features." + TORCH_FIRES[i] + ".";
      String keras = "fire" + (i + 2) + "/";
      names.put(torch + "squeeze", keras + "squeeze1x1");
      names.put(torch + "expand1x1", keras + "expand1x1");
      names.put(torch + "expand3x3", keras + "expand3x3");
    }
    return names.put("classifier.1", "conv10").buildOrThrow();
  }

  /**
   * The file of keras-squeezenet's release; upstream publishes no sum. The hash is of the copy that
   * lies in that project's history, whose tensors equal those of an independent copy.
   */
  @Override
  public Optional<WeightFile> kerasWeights(boolean withTop) {
    if (withTop) {
      return Optional.empty();
    }
    String name = "squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5";
    return Optional.of(
        WeightFile.sha256(
            name,
            URI.create(
                "https://github.com/rcmalli/keras-squeezenet/releases/download/v1.0/" + name),
            "2d935d8c102ad1232484a77da8e6fbdf3ff4ab608974a0d8b6283115ffff204f"));
  }
}
