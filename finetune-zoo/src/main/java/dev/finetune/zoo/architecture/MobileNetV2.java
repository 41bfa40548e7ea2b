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
 * 2018). Keras publishes no hashes of its weights, so torchvision's are downloaded. The numbers of
 * channels are multiplied by a width (alpha in Keras), which is part of the name unless it is 1:
 * {@code mobilenetv2-0.35}. Only weights for a width of 1 are downloaded.
 */
public final class MobileNetV2 implements Architecture {

  private static final String NAME = "mobilenetv2";

  /** The number of channels after each of the 17 blocks. */
  private static final ImmutableIntArray FILTERS =
      ImmutableIntArray.of(16, 24, 24, 32, 32, 32, 64, 64, 64, 64, 96, 96, 96, 160, 160, 160, 320);

  private static final ImmutableSet<Integer> REDUCING = ImmutableSet.of(1, 3, 6, 13);

  /** The index of timm's stage for each block. */
  private static final ImmutableIntArray TIMM_STAGES =
      ImmutableIntArray.of(0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6);

  private static final int EXPANSION = 6;

  private static final int FIRST = 32;
  private static final int LAST = 1280;

  private final double width;

  /** Creates the architecture with a width of 1. */
  public MobileNetV2() {
    this(1);
  }

  /**
   * Creates the architecture with a width.
   *
   * @param width the factor of the numbers of channels, from 0.1 to 4; the last convolution has at
   *     least 1280 channels
   * @throws IllegalArgumentException if {@code width} is outside its range
   */
  public MobileNetV2(double width) {
    this.width = Widths.require(width);
  }

  @Override
  public Facts facts() {
    return new Facts(
        Widths.name(NAME, width),
        224,
        Facts.all(Preprocessing.TF),
        width == 1 ? List.of(Sources.torchvision("mobilenet_v2", "b0353104")) : List.of(),
        "Apache-2.0 (Keras), BSD-3-Clause (torchvision)");
  }

  /** {@return the widths of the weights that Keras publishes} */
  @Override
  public List<Double> widths() {
    return List.of(1.0, 0.35, 0.5, 0.75, 1.3, 1.4);
  }

  @Override
  public double width() {
    return width;
  }

  @Override
  public Architecture withWidth(double other) {
    return new MobileNetV2(other);
  }

  /** Returns the number of channels behind a block: Keras cuts fractions off before it rounds. */
  private int channels(Form form, int block) {
    double exact = FILTERS.get(block) * width;
    return Widths.divisible(form.keras() ? (int) exact : exact);
  }

  @Override
  public Definition define(Form form) {
    DefinitionBuilder net =
        new DefinitionBuilder(
            form, form.keras() ? new BatchNorm(1e-3, 0.999) : DefinitionBuilder.torchNorm());
    if (form.keras()) {
      net.conv("Conv1", Widths.divisible(FIRST * width), 3, 2, Padding.SAME);
    } else {
      net.pad("Conv1_pad", 1)
          .conv("Conv1", Widths.divisible(FIRST * width), 3, 2, Padding.VALID)
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
      block(net, block, channels(form, block));
    }
    net.conv("Conv_1", Widths.divisible(LAST * Math.max(1, width)), 1, 1, Padding.VALID)
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

  private static void block(DefinitionBuilder net, int block, int filters) {
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
        .conv(prefix + "project", filters, 1, 1, Padding.SAME)
        .torchvision(torch + (part + 1))
        .timm(timm + (block == 0 ? "conv_pw" : "conv_pwl"))
        .norm(prefix + "project_BN")
        .torchvision(torch + (part + 2))
        .timm(timm + "bn" + (part + 2));
    if (channels == filters && stride == 1) {
      net.join(prefix + "add", new Add(), in, net.tip());
    }
  }

  private static int firstOf(int stage) {
    return TIMM_STAGES.indexOf(stage);
  }
}
