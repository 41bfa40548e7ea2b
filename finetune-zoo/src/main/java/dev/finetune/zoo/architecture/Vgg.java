package dev.finetune.zoo.architecture;

import com.google.common.primitives.ImmutableIntArray;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.MaxPool;
import dev.finetune.graph.layer.Padding;
import dev.finetune.image.Preprocessing;
import java.util.List;

/**
 * VGG16 and VGG19 (K. Simonyan, A. Zisserman, "Very Deep Convolutional Networks for Large-Scale
 * Image Recognition", ICLR 2015).
 */
public final class Vgg implements Architecture {

  private static final ImmutableIntArray FILTERS = ImmutableIntArray.of(64, 128, 256, 512, 512);
  private static final int HIDDEN = 4096;

  private final Facts facts;
  private final ImmutableIntArray blocks;

  private Vgg(String name, ImmutableIntArray blocks, List<WeightSource> sources) {
    this.facts =
        new Facts(
            name,
            224,
            Facts.all(Preprocessing.CAFFE),
            sources,
            "CC BY 4.0 (Oxford VGG; Keras' copy), BSD-3-Clause (torchvision)");
    this.blocks = blocks;
  }

  /** {@return VGG16, with 13 convolutions} */
  public static Vgg vgg16() {
    return new Vgg(
        "vgg16",
        ImmutableIntArray.of(2, 2, 3, 3, 3),
        List.of(
            Sources.kerasKernels("vgg16", "vgg16", true, "64373286793e3c8b2b4e3219cbf3544b"),
            Sources.kerasKernels("vgg16", "vgg16", false, "6d6bbae143d832006294945121d1f1fc"),
            Sources.torchvision("vgg16", "397923af")));
  }

  /** {@return VGG19, with 16 convolutions} */
  public static Vgg vgg19() {
    return new Vgg(
        "vgg19",
        ImmutableIntArray.of(2, 2, 4, 4, 4),
        List.of(
            Sources.kerasKernels("vgg19", "vgg19", true, "cbe5617147190e668d6c5d5026f83318"),
            Sources.kerasKernels("vgg19", "vgg19", false, "253f8cb515780f3b799900260a226db6"),
            Sources.torchvision("vgg19", "dcbb9e9d")));
  }

  @Override
  public Facts facts() {
    return facts;
  }

  @Override
  public boolean pooled() {
    return false;
  }

  @Override
  public Definition define(Form form) {
    DefinitionBuilder net = new DefinitionBuilder(form, DefinitionBuilder.torchNorm());
    int place = 0;
    for (int block = 0; block < blocks.length(); block++) {
      String prefix = "block" + (block + 1) + "_";
      for (int i = 1; i <= blocks.get(block); i++) {
        net.convBias(prefix + "conv" + i, FILTERS.get(block), 3, 1, Padding.SAME, Activation.RELU)
            .torch("features." + place);
        place += 2; // PyTorch also counts the ReLU after each convolution
      }
      net.then(prefix + "pool", new MaxPool(2, 2, Padding.VALID)).endStage();
      place++;
    }
    if (net.hasTop()) {
      net.then("flatten", new Flatten())
          .then("fc1", new Dense(HIDDEN, Activation.RELU))
          .torchvision("classifier.0")
          .timm("pre_logits.fc1")
          .then("fc2", new Dense(HIDDEN, Activation.RELU))
          .torchvision("classifier.3")
          .timm("pre_logits.fc2")
          .classes("predictions")
          .torchvision("classifier.6")
          .timm("head.fc");
    }
    return net.pooled().build();
  }
}
