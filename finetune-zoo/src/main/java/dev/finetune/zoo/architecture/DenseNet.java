package dev.finetune.zoo.architecture;

import com.google.common.primitives.ImmutableIntArray;
import dev.finetune.graph.layer.AveragePool;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Concat;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.MaxPool;
import dev.finetune.graph.layer.Padding;
import dev.finetune.image.Preprocessing;
import java.util.List;

/**
 * DenseNet121 (G. Huang et al., "Densely Connected Convolutional Networks", CVPR 2017).
 *
 * <p>Each block reads the outputs of all blocks before it in its stage, so the graph can be cut at
 * a single tensor only at the concatenations and between the stages.
 */
public final class DenseNet implements Architecture {

  private static final Facts FACTS =
      new Facts(
          "densenet121",
          224,
          Facts.all(Preprocessing.TORCH),
          List.of(
              Sources.kerasKernels(
                  "densenet", "densenet121", true, "9d60b8095a5708f2dcce2bca79d332c7"),
              Sources.kerasKernels(
                  "densenet", "densenet121", false, "30ee3e1110167f948a6b9946edeeb738"),
              Sources.torchvision("densenet121", "a639ec97")),
          "BSD-3-Clause (G. Huang; Keras' copy and torchvision)");

  private static final ImmutableIntArray BLOCKS = ImmutableIntArray.of(6, 12, 24, 16);
  private static final int GROWTH = 32;

  /** Creates the architecture. */
  public DenseNet() {}

  @Override
  public Facts facts() {
    return FACTS;
  }

  @Override
  public Definition define(Form form) {
    DefinitionBuilder net =
        new DefinitionBuilder(
            form, form.keras() ? new BatchNorm(1.001e-5, 0.99) : DefinitionBuilder.torchNorm());
    net.pad("zero_padding2d", 3)
        .conv("conv1_conv", 64, 7, 2, Padding.VALID)
        .torch("features.conv0")
        .norm("conv1_bn")
        .torch("features.norm0")
        .relu("conv1_relu")
        .pad("zero_padding2d_1", 1)
        .then("pool1", new MaxPool(3, 2, Padding.VALID))
        .endStage();
    for (int stage = 0; stage < BLOCKS.length(); stage++) {
      String torch = "features.denseblock" + (stage + 1) + ".denselayer";
      for (int block = 1; block <= BLOCKS.get(stage); block++) {
        block(net, "conv" + (stage + 2) + "_block" + block, torch + block + ".");
      }
      if (stage < BLOCKS.length() - 1) {
        transition(net, "pool" + (stage + 2), "features.transition" + (stage + 1) + ".");
      }
    }
    net.norm("bn").torch("features.norm5").relu("relu").endStage();
    if (net.hasTop()) {
      net.then("avg_pool", new GlobalAveragePool()).classes("predictions").torch("classifier");
    }
    return net.pooled().build();
  }

  /**
   * Adds a block. torchvision's published file has older tensor names, with a dot before the
   * number.
   */
  private static void block(DefinitionBuilder net, String name, String torch) {
    String in = net.tip();
    net.norm(name + "_0_bn")
        .torch(torch + "norm1", torch + "norm.1")
        .relu(name + "_0_relu")
        .conv(name + "_1_conv", 4 * GROWTH, 1, 1, Padding.VALID)
        .torch(torch + "conv1", torch + "conv.1")
        .norm(name + "_1_bn")
        .torch(torch + "norm2", torch + "norm.2")
        .relu(name + "_1_relu")
        .conv(name + "_2_conv", GROWTH, 3, 1, Padding.SAME)
        .torch(torch + "conv2", torch + "conv.2");
    net.join(name + "_concat", new Concat(), in, net.tip());
  }

  private static void transition(DefinitionBuilder net, String name, String torch) {
    net.norm(name + "_bn")
        .torch(torch + "norm")
        .relu(name + "_relu")
        .conv(name + "_conv", net.shape().channels() / 2, 1, 1, Padding.VALID)
        .torch(torch + "conv")
        .then(name + "_pool", new AveragePool(2, 2, Padding.VALID))
        .endStage();
  }
}
