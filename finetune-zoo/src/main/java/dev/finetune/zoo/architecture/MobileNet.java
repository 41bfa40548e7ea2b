package dev.finetune.zoo.architecture;

import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.ImmutableIntArray;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.ZeroPad;
import dev.finetune.image.Preprocessing;
import java.util.List;

/**
 * MobileNet (A. Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile
 * Vision Applications", 2017), as in Keras. Keras publishes no hashes of its weights, so they are
 * not downloaded. The numbers of channels are multiplied by a width (alpha in Keras), which is part
 * of the name unless it is 1: {@code mobilenet-0.25}.
 */
public final class MobileNet implements Architecture {

  /** The number of channels after each of the 13 blocks. */
  private static final ImmutableIntArray FILTERS =
      ImmutableIntArray.of(64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024);

  private static final ImmutableSet<Integer> REDUCING = ImmutableSet.of(2, 4, 6, 12);

  private static final int FIRST = 32;

  private final double width;

  /** Creates the architecture with a width of 1. */
  public MobileNet() {
    this(1);
  }

  /**
   * Creates the architecture with a width.
   *
   * @param width the factor of the numbers of channels, from 0.1 to 4
   * @throws IllegalArgumentException if {@code width} is outside its range
   */
  public MobileNet(double width) {
    this.width = Widths.require(width);
  }

  @Override
  public Facts facts() {
    return new Facts(
        Widths.name("mobilenet", width),
        224,
        Facts.keras(Preprocessing.TF),
        List.of(),
        "Apache-2.0 (Keras)");
  }

  /** {@return the widths of the weights that Keras publishes} */
  @Override
  public List<Double> widths() {
    return List.of(1.0, 0.25, 0.5, 0.75);
  }

  @Override
  public double width() {
    return width;
  }

  @Override
  public Architecture withWidth(double other) {
    return new MobileNet(other);
  }

  @Override
  public Definition define(Form form) {
    DefinitionBuilder net = new DefinitionBuilder(form, DefinitionBuilder.kerasNorm());
    net.conv("conv1", (int) (FIRST * width), 3, 2, Padding.SAME)
        .norm("conv1_bn")
        .activate("conv1_relu", Activation.RELU6);
    for (int block = 1; block <= FILTERS.length(); block++) {
      boolean reduces = REDUCING.contains(block);
      if (reduces) {
        net.endStage().then("conv_pad_" + block, new ZeroPad(0, 1, 0, 1));
      }
      net.depthwise("conv_dw_" + block, 3, reduces ? 2 : 1, reduces ? Padding.VALID : Padding.SAME)
          .norm("conv_dw_" + block + "_bn")
          .activate("conv_dw_" + block + "_relu", Activation.RELU6)
          .conv("conv_pw_" + block, (int) (FILTERS.get(block - 1) * width), 1, 1, Padding.SAME)
          .norm("conv_pw_" + block + "_bn")
          .activate("conv_pw_" + block + "_relu", Activation.RELU6);
    }
    net.endStage();
    if (net.hasTop()) {
      net.then("global_average_pooling2d", new GlobalAveragePool(true))
          .then("dropout", new Dropout(1e-3))
          .convBias("conv_preds", 1000, 1, 1, Padding.SAME, Activation.LINEAR)
          .then("reshape_2", new Flatten());
    }
    if (form.top() == Top.SOFTMAX) {
      net.activate("predictions", Activation.SOFTMAX);
    }
    return net.pooled().build();
  }
}
