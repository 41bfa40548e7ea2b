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
 * not downloaded.
 */
public final class MobileNet implements Architecture {

  private static final Facts FACTS =
      new Facts("mobilenet", 224, Facts.keras(Preprocessing.TF), List.of(), "Apache-2.0 (Keras)");

  /** The number of channels after each of the 13 blocks. */
  private static final ImmutableIntArray FILTERS =
      ImmutableIntArray.of(64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024);

  private static final ImmutableSet<Integer> REDUCING = ImmutableSet.of(2, 4, 6, 12);

  /** Creates the architecture. */
  public MobileNet() {}

  @Override
  public Facts facts() {
    return FACTS;
  }

  @Override
  public Definition define(Form form) {
    DefinitionBuilder net = new DefinitionBuilder(form, DefinitionBuilder.kerasNorm());
    net.conv("conv1", 32, 3, 2, Padding.SAME)
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
          .conv("conv_pw_" + block, FILTERS.get(block - 1), 1, 1, Padding.SAME)
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
