package dev.finetune.zoo.architecture;

import com.google.common.collect.ImmutableList;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Add;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.Multiply;
import dev.finetune.graph.layer.Padding;
import java.util.List;

/**
 * MobileNetV3 Large (A. Howard et al., "Searching for MobileNetV3", ICCV 2019), as in torchvision,
 * with layer names in the style of Keras' MobileNetV2.
 */
public final class MobileNetV3 implements Architecture {

  private static final Facts FACTS =
      new Facts(
          "mobilenetv3",
          224,
          Facts.torch(),
          List.of(Sources.torchvision("mobilenet_v3_large", "8738ca79")),
          "BSD-3-Clause (torchvision)");

  /**
   * A block, from table 1 of the paper.
   *
   * @param expanded the number of channels of the depthwise convolution
   * @param excited whether the block has squeeze-and-excitation
   */
  private record Block(
      int kernel, int expanded, int filters, boolean excited, Activation activation, int stride) {}

  private static final ImmutableList<Block> BLOCKS =
      ImmutableList.of(
          new Block(3, 16, 16, false, Activation.RELU, 1),
          new Block(3, 64, 24, false, Activation.RELU, 2),
          new Block(3, 72, 24, false, Activation.RELU, 1),
          new Block(5, 72, 40, true, Activation.RELU, 2),
          new Block(5, 120, 40, true, Activation.RELU, 1),
          new Block(5, 120, 40, true, Activation.RELU, 1),
          new Block(3, 240, 80, false, Activation.HARD_SWISH, 2),
          new Block(3, 200, 80, false, Activation.HARD_SWISH, 1),
          new Block(3, 184, 80, false, Activation.HARD_SWISH, 1),
          new Block(3, 184, 80, false, Activation.HARD_SWISH, 1),
          new Block(3, 480, 112, true, Activation.HARD_SWISH, 1),
          new Block(3, 672, 112, true, Activation.HARD_SWISH, 1),
          new Block(5, 672, 160, true, Activation.HARD_SWISH, 2),
          new Block(5, 960, 160, true, Activation.HARD_SWISH, 1),
          new Block(5, 960, 160, true, Activation.HARD_SWISH, 1));

  /** The index of the first block of each of timm's stages. */
  private static final ImmutableList<Integer> TIMM_STAGES = ImmutableList.of(0, 1, 3, 6, 10, 12);

  /** Creates the architecture. */
  public MobileNetV3() {}

  @Override
  public Facts facts() {
    return FACTS;
  }

  @Override
  public Definition define(Form form) {
    DefinitionBuilder net =
        new DefinitionBuilder(
            form,
            form.dialect() == Dialect.TIMM
                ? DefinitionBuilder.torchNorm()
                : new BatchNorm(1e-3, 0.99));
    net.pad("Conv1_pad", 1)
        .conv("Conv1", 16, 3, 2, Padding.VALID)
        .torchvision("features.0.0")
        .timm("conv_stem")
        .norm("bn_Conv1")
        .torchvision("features.0.1")
        .timm("bn1")
        .activate("Conv1_act", Activation.HARD_SWISH);
    for (int i = 0; i < BLOCKS.size(); i++) {
      if (BLOCKS.get(i).stride() == 2) {
        net.endStage();
      }
      block(net, i, BLOCKS.get(i));
    }
    net.conv("Conv_1", 960, 1, 1, Padding.VALID)
        .torchvision("features.16.0")
        .timm("blocks.6.0.conv")
        .norm("Conv_1_bn")
        .torchvision("features.16.1")
        .timm("blocks.6.0.bn1")
        .activate("out_act", Activation.HARD_SWISH)
        .endStage();
    if (net.hasTop()) {
      net.then("avg_pool", new GlobalAveragePool())
          .then("hidden", new Dense(1280, Activation.HARD_SWISH))
          .torchvision("classifier.0")
          .timm("conv_head")
          .then("dropout", new Dropout(0.2))
          .classes("predictions")
          .torchvision("classifier.3")
          .timm("classifier");
    }
    return net.pooled().build();
  }

  private static void block(DefinitionBuilder net, int number, Block block) {
    String prefix = "block_" + number + "_";
    String torch = "features." + (number + 1) + ".block.";
    String timm = timm(number);
    String in = net.tip();
    int channels = net.shape().channels();
    int part = 0; // the index in torchvision's list
    int norms = 1; // timm's number of the next normalisation
    if (block.expanded() != channels) {
      net.conv(prefix + "expand", block.expanded(), 1, 1, Padding.VALID)
          .torchvision(torch + "0.0")
          .timm(timm + "conv_pw")
          .norm(prefix + "expand_BN")
          .torchvision(torch + "0.1")
          .timm(timm + "bn" + norms++)
          .activate(prefix + "expand_act", block.activation());
      part++;
    }
    if (block.stride() == 2) {
      net.padForStride(prefix + "pad", block.kernel());
    }
    net.depthwise(
            prefix + "depthwise",
            block.kernel(),
            block.stride(),
            block.stride() == 2 ? Padding.VALID : Padding.SAME)
        .torchvision(torch + part + ".0")
        .timm(timm + "conv_dw")
        .norm(prefix + "depthwise_BN")
        .torchvision(torch + part + ".1")
        .timm(timm + "bn" + norms++)
        .activate(prefix + "depthwise_act", block.activation());
    part++;
    if (block.excited()) {
      excite(net, prefix + "se_", torch + part + ".", timm + "se.");
      part++;
    }
    net.conv(prefix + "project", block.filters(), 1, 1, Padding.VALID)
        .torchvision(torch + part + ".0")
        .timm(timm + (block.expanded() == channels ? "conv_pw" : "conv_pwl"))
        .norm(prefix + "project_BN")
        .torchvision(torch + part + ".1")
        .timm(timm + "bn" + norms);
    if (block.stride() == 1 && block.filters() == channels) {
      net.join(prefix + "add", new Add(), in, net.tip());
    }
  }

  private static void excite(DefinitionBuilder net, String prefix, String torch, String timm) {
    String in = net.tip();
    int channels = net.shape().channels();
    net.then(prefix + "squeeze", new GlobalAveragePool(true))
        .convBias(prefix + "reduce", divisible(channels / 4), 1, 1, Padding.VALID, Activation.RELU)
        .torchvision(torch + "fc1")
        .timm(timm + "conv_reduce")
        .convBias(prefix + "expand", channels, 1, 1, Padding.VALID, Activation.HARD_SIGMOID)
        .torchvision(torch + "fc2")
        .timm(timm + "conv_expand");
    net.join(prefix + "excite", new Multiply(), in, net.tip());
  }

  /** Rounds to a multiple of 8 that is not below 90 % of the number. */
  private static int divisible(int channels) {
    int rounded = Math.max(8, (channels + 4) / 8 * 8);
    return rounded < 0.9 * channels ? rounded + 8 : rounded;
  }

  private static String timm(int block) {
    int stage = 0;
    while (stage + 1 < TIMM_STAGES.size() && TIMM_STAGES.get(stage + 1) <= block) {
      stage++;
    }
    return "blocks." + stage + "." + (block - TIMM_STAGES.get(stage)) + ".";
  }
}
