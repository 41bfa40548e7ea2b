package dev.finetune.zoo.architecture;

import com.google.common.primitives.ImmutableIntArray;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Add;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.MaxPool;
import dev.finetune.graph.layer.Padding;
import dev.finetune.image.Preprocessing;
import java.util.List;

/**
 * ResNet18, ResNet34 and ResNet50 (K. He et al., "Deep Residual Learning for Image Recognition",
 * CVPR 2016).
 *
 * <p>In Keras' ResNet50 the first convolution of a block has the stride, as in the paper, and
 * convolutions have biases. In torchvision the second convolution has the stride ("ResNet 1.5"),
 * and convolutions have no biases.
 */
public final class ResNet implements Architecture {

  private static final BatchNorm KERAS_NORM = new BatchNorm(1.001e-5, 0.99);

  private final Facts facts;
  private final ImmutableIntArray blocks;
  private final boolean bottleneck;

  private ResNet(Facts facts, ImmutableIntArray blocks, boolean bottleneck) {
    this.facts = facts;
    this.blocks = blocks;
    this.bottleneck = bottleneck;
  }

  /** {@return ResNet18, with 18 layers with kernels} */
  public static ResNet resNet18() {
    return basic("resnet18", "f37072fd", ImmutableIntArray.of(2, 2, 2, 2));
  }

  /** {@return ResNet34, with 34 layers with kernels} */
  public static ResNet resNet34() {
    return basic("resnet34", "b627a593", ImmutableIntArray.of(3, 4, 6, 3));
  }

  private static ResNet basic(String name, String sha256, ImmutableIntArray blocks) {
    List<WeightSource> sources = List.of(Sources.torchvision(name, sha256));
    return new ResNet(
        new Facts(name, 224, Facts.torch(), sources, "BSD-3-Clause (torchvision)"), blocks, false);
  }

  /** {@return ResNet50, with 50 layers with kernels} */
  public static ResNet resNet50() {
    List<WeightSource> sources =
        List.of(
            Sources.kerasKernels("resnet", "resnet50", true, "2cb95161c43110f7111970584f804107"),
            Sources.kerasKernels("resnet", "resnet50", false, "4d473c1dd8becc155b73f8504c6f6626"),
            Sources.torchvision("resnet50", "0676ba61"));
    return new ResNet(
        new Facts(
            "resnet50",
            224,
            Facts.all(Preprocessing.CAFFE),
            sources,
            "MIT (K. He; Keras' copy), BSD-3-Clause (torchvision)"),
        ImmutableIntArray.of(3, 4, 6, 3),
        true);
  }

  @Override
  public Facts facts() {
    return facts;
  }

  @Override
  public Definition define(Form form) {
    DefinitionBuilder net =
        new DefinitionBuilder(form, form.keras() ? KERAS_NORM : DefinitionBuilder.torchNorm());
    net.pad("conv1_pad", 3);
    conv(net, "conv1_conv", 64, 7, 2, "conv1");
    net.norm("conv1_bn")
        .torch("bn1")
        .relu("conv1_relu")
        .pad("pool1_pad", 1)
        .then("pool1_pool", new MaxPool(3, 2, Padding.VALID))
        .endStage();
    for (int stage = 0; stage < blocks.length(); stage++) {
      for (int block = 0; block < blocks.get(stage); block++) {
        String prefix = "conv" + (stage + 2) + "_block" + (block + 1);
        String torch = "layer" + (stage + 1) + "." + block + ".";
        int stride = stage > 0 && block == 0 ? 2 : 1;
        if (bottleneck) {
          bottleneck(net, prefix, torch, 64 << stage, stride, block == 0);
        } else {
          basic(net, prefix, torch, 64 << stage, stride);
        }
      }
      net.endStage();
    }
    if (net.hasTop()) {
      net.then("avg_pool", new GlobalAveragePool()).classes("predictions").torch("fc");
    }
    return net.pooled().build();
  }

  private static void bottleneck(
      DefinitionBuilder net,
      String name,
      String torch,
      int filters,
      int stride,
      boolean projected) {
    String in = net.tip();
    String shortcut = in;
    if (projected) {
      shortcut = shortcut(net, name, torch, 4 * filters, stride);
    }
    net.from(in);
    conv(net, name + "_1_conv", filters, 1, net.keras() ? stride : 1, torch + "conv1");
    net.norm(name + "_1_bn").torch(torch + "bn1").relu(name + "_1_relu");
    conv(net, name + "_2_conv", filters, 3, net.keras() ? 1 : stride, torch + "conv2");
    net.norm(name + "_2_bn").torch(torch + "bn2").relu(name + "_2_relu");
    conv(net, name + "_3_conv", 4 * filters, 1, 1, torch + "conv3");
    net.norm(name + "_3_bn").torch(torch + "bn3");
    sum(net, name, shortcut);
  }

  private static void basic(
      DefinitionBuilder net, String name, String torch, int filters, int stride) {
    String in = net.tip();
    String shortcut = in;
    if (stride > 1) {
      shortcut = shortcut(net, name, torch, filters, stride);
    }
    net.from(in);
    conv(net, name + "_1_conv", filters, 3, stride, torch + "conv1");
    net.norm(name + "_1_bn").torch(torch + "bn1").relu(name + "_1_relu");
    conv(net, name + "_2_conv", filters, 3, 1, torch + "conv2");
    net.norm(name + "_2_bn").torch(torch + "bn2");
    sum(net, name, shortcut);
  }

  private static String shortcut(
      DefinitionBuilder net, String name, String torch, int filters, int stride) {
    conv(net, name + "_0_conv", filters, 1, stride, torch + "downsample.0");
    return net.norm(name + "_0_bn").torch(torch + "downsample.1").tip();
  }

  private static void sum(DefinitionBuilder net, String name, String shortcut) {
    net.join(name + "_add", new Add(), shortcut, net.tip()).relu(name + "_out");
  }

  private static void conv(
      DefinitionBuilder net, String name, int filters, int kernel, int stride, String torch) {
    boolean padded = kernel == 3 && stride > 1;
    if (padded) {
      net.pad(name.replace("_conv", "_pad"), 1);
    }
    Padding padding = kernel == 3 && !padded ? Padding.SAME : Padding.VALID;
    net.then(name, new Conv2d(filters, kernel, stride, padding, net.keras(), Activation.LINEAR))
        .torch(torch);
  }
}
