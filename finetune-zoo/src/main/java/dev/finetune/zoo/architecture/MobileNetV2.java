package dev.finetune.zoo.architecture;

import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.ImmutableIntArray;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Add;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.Padding;
import dev.finetune.image.Preprocessing;
import java.util.List;

/**
 * MobileNetV2 (M. Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", CVPR
 * 2018). Keras publishes no hashes of its weights, so torchvision's are downloaded.
 */
public final class MobileNetV2 implements Architecture {

  private static final Facts FACTS =
      new Facts(
          "mobilenetv2",
          224,
          Facts.all(Preprocessing.TF),
          List.of(Sources.torchvision("mobilenet_v2", "b0353104")),
          "Apache-2.0 (Keras), BSD-3-Clause (torchvision)");

  /** The number of channels after each of the 17 blocks. */
  private static final ImmutableIntArray FILTERS =
      ImmutableIntArray.of(16, 24, 24, 32, 32, 32, 64, 64, 64, 64, 96, 96, 96, 160, 160, 160, 320);

  private static final ImmutableSet<Integer> REDUCING = ImmutableSet.of(1, 3, 6, 13);

  /** The index of timm's stage for each block. */
  private static final ImmutableIntArray TIMM_STAGES =
      ImmutableIntArray.of(0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6);

  private static final int EXPANSION = 6;

  /** Creates the architecture. */
  public MobileNetV2() {}

  @Override
  public Facts facts() {
    return FACTS;
  }

  @Override
  public Definition define(Form form) {
    DefinitionBuilder net =
        new DefinitionBuilder(
            form, form.keras() ? new BatchNorm(1e-3, 0.999) : DefinitionBuilder.torchNorm());
    if (form.keras()) {
      net.conv("Conv1", 32, 3, 2, Padding.SAME);
    } else {
      net.pad("Conv1_pad", 1)
          .conv("Conv1", 32, 3, 2, Padding.VALID)
          .torchvision("features.0.0")
          .timm("conv_stem");
    }
    net.norm("bn_Conv1")
        .torchvision("features.0.1")
        .timm("bn1")
        .activate("Conv1_relu", Activation.RELU6);
    for (int block = 0; block < FILTERS.length(); block++) {
      if (REDUCING.contains(block)) {
        net.endStage();
      }
      block(net, block);
    }
    net.conv("Conv_1", 1280, 1, 1, Padding.VALID)
        .torchvision("features.18.0")
        .timm("conv_head")
        .norm("Conv_1_bn")
        .torchvision("features.18.1")
        .timm("bn2")
        .activate("out_relu", Activation.RELU6)
        .endStage();
    if (net.hasTop()) {
      net.then("global_average_pooling2d", new GlobalAveragePool());
      if (!form.keras()) {
        net.then("dropout", new Dropout(0.2));
      }
      net.classes("predictions").torchvision("classifier.1").timm("classifier");
    }
    return net.pooled().build();
  }

  private static void block(DefinitionBuilder net, int block) {
    String prefix = block == 0 ? "expanded_conv_" : "block_" + block + "_";
    String torch = "features." + (block + 1) + ".conv.";
    String timm =
        "blocks." + TIMM_STAGES.get(block) + "." + (block - firstOf(TIMM_STAGES.get(block))) + ".";
    String in = net.tip();
    int channels = net.shape().channels();
    int stride = REDUCING.contains(block) ? 2 : 1;
    int part = 0; // the index in torchvision's list
    if (block > 0) {
      net.conv(prefix + "expand", EXPANSION * channels, 1, 1, Padding.SAME)
          .torchvision(torch + "0.0")
          .timm(timm + "conv_pw")
          .norm(prefix + "expand_BN")
          .torchvision(torch + "0.1")
          .timm(timm + "bn1")
          .activate(prefix + "expand_relu", Activation.RELU6);
      part = 1;
    }
    if (stride == 2) {
      net.padForStride(prefix + "pad", 3);
    }
    net.depthwise(prefix + "depthwise", 3, stride, stride == 2 ? Padding.VALID : Padding.SAME)
        .torchvision(torch + part + ".0")
        .timm(timm + "conv_dw")
        .norm(prefix + "depthwise_BN")
        .torchvision(torch + part + ".1")
        .timm(timm + "bn" + (part + 1))
        .activate(prefix + "depthwise_relu", Activation.RELU6)
        .conv(prefix + "project", FILTERS.get(block), 1, 1, Padding.SAME)
        .torchvision(torch + (part + 1))
        .timm(timm + (block == 0 ? "conv_pw" : "conv_pwl"))
        .norm(prefix + "project_BN")
        .torchvision(torch + (part + 2))
        .timm(timm + "bn" + (part + 2));
    if (channels == FILTERS.get(block) && stride == 1) {
      net.join(prefix + "add", new Add(), in, net.tip());
    }
  }

  private static int firstOf(int stage) {
    return TIMM_STAGES.indexOf(stage);
  }
}
