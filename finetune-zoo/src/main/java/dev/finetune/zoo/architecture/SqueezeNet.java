package dev.finetune.zoo.architecture;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Concat;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.MaxPool;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.ZeroPad;
import dev.finetune.image.Preprocessing;
import dev.finetune.zoo.download.WeightFile;
import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * SqueezeNet 1.0 and 1.1 (F. Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer
 * parameters and &lt;0.5MB model size", 2016), with the layer names of keras-squeezenet.
 *
 * <p>keras-squeezenet pools complete windows only, torchvision also partial windows at the border.
 * For 1.1 the results are equal where the windows fit exactly, for example at 224 x 224.
 */
public final class SqueezeNet implements Architecture {

  private final Facts facts;
  private final int kernel;
  private final int filters;
  private final Set<Integer> pooledAfter;

  private SqueezeNet(Facts facts, int kernel, int filters, Set<Integer> pooledAfter) {
    this.facts = facts;
    this.kernel = kernel;
    this.filters = filters;
    this.pooledAfter = ImmutableSet.copyOf(pooledAfter);
  }

  /** {@return SqueezeNet 1.0, with larger feature maps} */
  public static SqueezeNet v10() {
    Facts facts =
        new Facts(
            "squeezenet1_0",
            224,
            ImmutableMap.of(Dialect.TORCHVISION, Preprocessing.TORCH),
            List.of(Sources.torchvision("squeezenet1_0", "b66bff10")),
            "BSD-3-Clause (torchvision)");
    return new SqueezeNet(facts, 7, 96, Set.of(4, 8));
  }

  /** {@return SqueezeNet 1.1, with similar accuracy and less than half the computation of 1.0} */
  public static SqueezeNet v11() {
    Facts facts =
        new Facts(
            "squeezenet",
            224,
            ImmutableMap.of(
                Dialect.KERAS, Preprocessing.CAFFE, Dialect.TORCHVISION, Preprocessing.TORCH),
            List.of(keras(), Sources.torchvision("squeezenet1_1", "b8a52dc0")),
            "MIT (keras-squeezenet), BSD-3-Clause (torchvision)");
    return new SqueezeNet(facts, 3, 64, Set.of(3, 5));
  }

  /**
   * Returns the file of keras-squeezenet's release, which publishes no hash. The hash here is that
   * of the copy in the project's history, whose tensors equal those of an independent copy.
   */
  private static WeightSource keras() {
    String name = "squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5";
    return new WeightSource(
        Dialect.KERAS,
        false,
        WeightFile.sha256(
            name,
            URI.create(
                "https://github.com/rcmalli/keras-squeezenet/releases/download/v1.0/" + name),
            "2d935d8c102ad1232484a77da8e6fbdf3ff4ab608974a0d8b6283115ffff204f"));
  }

  @Override
  public Facts facts() {
    return facts;
  }

  @Override
  public Definition define(Form form) {
    DefinitionBuilder net = new DefinitionBuilder(form, DefinitionBuilder.torchNorm());
    net.convBias("conv1", filters, kernel, 2, Padding.VALID, Activation.LINEAR)
        .torchvision("features.0")
        .relu("relu_conv1");
    pool(net, "pool1");
    int place = 3; // in torchvision's list, after convolution, ReLU and pooling
    for (int fire = 2; fire <= 9; fire++) {
      fire(net, "fire" + fire, "features." + place + ".", fire / 2 * 16);
      place++;
      if (pooledAfter.contains(fire)) {
        pool(net, "pool" + fire);
        place++;
      }
    }
    net.endStage();
    if (net.hasTop()) {
      net.then("drop9", new Dropout(0.5))
          .convBias("conv10", 1000, 1, 1, Padding.VALID, Activation.LINEAR)
          .torchvision("classifier.1")
          .relu("relu_conv10")
          .then("pool", new GlobalAveragePool());
    }
    if (form.top() == Top.SOFTMAX) {
      net.activate("softmax", Activation.SOFTMAX);
    }
    return net.pooled().build();
  }

  private static void fire(DefinitionBuilder net, String name, String torch, int squeeze) {
    String prefix = name + "/";
    net.convBias(prefix + "squeeze1x1", squeeze, 1, 1, Padding.VALID, Activation.LINEAR)
        .torchvision(torch + "squeeze")
        .relu(prefix + "relu_squeeze1x1");
    String squeezed = net.tip();
    for (int side : new int[] {1, 3}) {
      String expand = "expand" + side + "x" + side;
      net.from(squeezed)
          .convBias(prefix + expand, 4 * squeeze, side, 1, Padding.SAME, Activation.LINEAR)
          .torchvision(torch + expand)
          .relu(prefix + "relu_" + expand);
    }
    net.join(prefix + "concat", new Concat(), prefix + "relu_expand1x1", prefix + "relu_expand3x3");
  }

  /**
   * Adds a pooling. For partial windows the image is padded with zeros, which do not change the
   * maximum because values are not negative.
   */
  private static void pool(DefinitionBuilder net, String name) {
    int rows = 1 - net.shape().height() % 2;
    int columns = 1 - net.shape().width() % 2;
    if (!net.keras() && rows + columns > 0) {
      net.then(name + "_pad", new ZeroPad(0, rows, 0, columns));
    }
    net.then(name, new MaxPool(3, 2, Padding.VALID)).endStage();
  }
}
