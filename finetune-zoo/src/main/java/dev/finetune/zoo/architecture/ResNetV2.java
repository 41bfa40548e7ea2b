package dev.finetune.zoo.architecture;

import com.google.common.primitives.ImmutableIntArray;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Add;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.MaxPool;
import dev.finetune.graph.layer.Padding;
import dev.finetune.image.Preprocessing;
import java.util.List;

/**
 * ResNet50V2, with normalisation and activation before the convolutions (K. He et al., "Identity
 * Mappings in Deep Residual Networks", ECCV 2016), as in Keras.
 */
public final class ResNetV2 implements Architecture {

  private static final Facts FACTS =
      new Facts(
          "resnet50v2",
          224,
          Facts.keras(Preprocessing.TF),
          List.of(
              Sources.kerasKernels(
                  "resnet", "resnet50v2", true, "3ef43a0b657b3be2300d5770ece849e0"),
              Sources.kerasKernels(
                  "resnet", "resnet50v2", false, "fac2f116257151a9d068a22e544a4917")),
          "Apache-2.0 (TensorFlow; Keras' copy)");

  private static final ImmutableIntArray BLOCKS = ImmutableIntArray.of(3, 4, 6, 3);
  private static final BatchNorm NORM = new BatchNorm(1.001e-5, 0.99);

  /** Creates the architecture. */
  public ResNetV2() {}

  @Override
  public Facts facts() {
    return FACTS;
  }

  @Override
  public Definition define(Form form) {
    DefinitionBuilder net = new DefinitionBuilder(form, NORM);
    net.pad("conv1_pad", 3)
        .convBias("conv1_conv", 64, 7, 2, Padding.VALID, Activation.LINEAR)
        .pad("pool1_pad", 1)
        .then("pool1_pool", new MaxPool(3, 2, Padding.VALID))
        .endStage();
    for (int stage = 0; stage < BLOCKS.length(); stage++) {
      int last = BLOCKS.get(stage);
      boolean reduces = stage < BLOCKS.length() - 1;
      for (int block = 1; block <= last; block++) {
        String name = "conv" + (stage + 2) + "_block" + block;
        block(net, name, 64 << stage, block == last && reduces ? 2 : 1, block == 1);
      }
      if (reduces) {
        net.endStage();
      }
    }
    net.norm("post_bn").relu("post_relu").endStage();
    if (net.hasTop()) {
      net.then("avg_pool", new GlobalAveragePool()).classes("predictions");
    }
    return net.pooled().build();
  }

  private static void block(
      DefinitionBuilder net, String name, int filters, int stride, boolean projected) {
    String in = net.tip();
    String before = net.norm(name + "_preact_bn").relu(name + "_preact_relu").tip();
    String shortcut = in;
    if (projected) {
      shortcut =
          net.convBias(name + "_0_conv", 4 * filters, 1, stride, Padding.VALID, Activation.LINEAR)
              .tip();
    } else if (stride > 1) {
      // Keras does not name this layer explicitly.
      shortcut = net.from(in).then(name + "_0_pool", new MaxPool(1, stride, Padding.VALID)).tip();
    }
    net.from(before)
        .conv(name + "_1_conv", filters, 1, 1, Padding.VALID)
        .norm(name + "_1_bn")
        .relu(name + "_1_relu")
        .pad(name + "_2_pad", 1)
        .conv(name + "_2_conv", filters, 3, stride, Padding.VALID)
        .norm(name + "_2_bn")
        .relu(name + "_2_relu")
        .convBias(name + "_3_conv", 4 * filters, 1, 1, Padding.VALID, Activation.LINEAR);
    net.join(name + "_out", new Add(), shortcut, net.tip());
  }
}
