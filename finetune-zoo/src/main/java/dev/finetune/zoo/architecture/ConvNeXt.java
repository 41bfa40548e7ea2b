package dev.finetune.zoo.architecture;

import com.google.common.primitives.ImmutableIntArray;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Add;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.Layer;
import dev.finetune.graph.layer.LayerNorm;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Rescale;
import dev.finetune.graph.layer.Scale;
import dev.finetune.graph.layer.StochasticDepth;
import dev.finetune.image.Preprocessing;
import dev.finetune.zoo.download.WeightFile;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * ConvNeXt Tiny (Z. Liu et al., "A ConvNet for the 2020s", CVPR 2022).
 *
 * <p>In Keras, the network itself normalises images from 0 to 255, the first convolution and those
 * between stages are nested with their normalisations in sequential models, and sums are not
 * layers. Here all of these are layers of one graph, but {@code freezeAllBut(n)} counts layers as
 * Keras 3 does.
 */
public final class ConvNeXt implements Architecture {

  private static final Facts FACTS =
      new Facts(
          "convnexttiny",
          224,
          Facts.all(Preprocessing.NONE),
          List.of(
              keras(true, "8ae6e78ce2933352b1ef4008e6dd2f17bc40771563877d156bc6426c7cf503ff"),
              keras(false, "d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1"),
              Sources.torchvision("convnext_tiny", "983f1562")),
          "Apache-2.0 (Keras' copy), BSD-3-Clause (torchvision)");

  private static final ImmutableIntArray BLOCKS = ImmutableIntArray.of(3, 3, 9, 3);
  private static final String CONV = "conv2d";
  private static final String NORM = "layer_normalization";
  private static final int FILTERS = 96;
  private static final int EXPANSION = 4;
  private static final double INITIAL_SCALE = 1e-6;

  /**
   * The rate of stochastic depth in the last block; it rises linearly from 0 in the first. Keras
   * uses no stochastic depth.
   */
  private static final double DROPPED_BLOCKS = 0.1;

  private static WeightSource keras(boolean withTop, String sha256) {
    String name = "convnext_tiny" + (withTop ? ".h5" : "_notop.h5");
    return new WeightSource(
        Dialect.KERAS,
        withTop,
        WeightFile.sha256(
            name,
            URI.create(
                "https://storage.googleapis.com/tensorflow/keras-applications/convnext/" + name),
            sha256));
  }

  /** Creates the architecture. */
  public ConvNeXt() {}

  @Override
  public Facts facts() {
    return FACTS;
  }

  @Override
  public Definition define(Form form) {
    DefinitionBuilder net = new DefinitionBuilder(form, DefinitionBuilder.torchNorm());
    String prefix = "convnext_tiny_";
    if (form.keras()) {
      net.then(prefix + "prestem_normalization", normalization());
    }
    net.convBias(prefix + "stem_conv", FILTERS, 4, 4, Padding.VALID, Activation.LINEAR)
        .torchvision("features.0.0")
        .timm("stem.0")
        .kerasClass(prefix + "stem", CONV);
    layerNorm(net, prefix + "stem_layernorm")
        .torchvision("features.0.1")
        .timm("stem.1")
        .kerasClass(prefix + "stem", NORM)
        .uncounted();
    int all = BLOCKS.stream().sum();
    int done = 0;
    for (int stage = 0; stage < BLOCKS.length(); stage++) {
      if (stage > 0) {
        reduce(net, prefix, stage);
      }
      for (int block = 0; block < BLOCKS.get(stage); block++) {
        double dropped = form.keras() ? 0 : DROPPED_BLOCKS * done / (all - 1);
        block(
            net,
            prefix + "stage_" + stage + "_block_" + block,
            "features." + (2 * stage + 1) + "." + block + ".",
            "stages." + stage + ".blocks." + block + ".",
            dropped);
        done++;
      }
      net.endStage();
    }
    if (net.hasTop()) {
      net.then(prefix + "head_gap", new GlobalAveragePool());
    } else {
      net.pooled();
    }
    // Keras normalises after the pooling, also where there is no pooling.
    layerNorm(net, prefix + "head_layernorm").torchvision("classifier.0").timm("head.norm");
    if (net.hasTop()) {
      net.classes(prefix + "head_dense").torchvision("classifier.2").timm("head.fc");
    }
    return net.build();
  }

  private static void reduce(DefinitionBuilder net, String prefix, int stage) {
    String number = String.valueOf(stage - 1);
    String torch = "features." + 2 * stage + ".";
    String timm = "stages." + stage + ".downsample.";
    String block = prefix + "downsampling_block_" + number;
    layerNorm(net, prefix + "downsampling_layernorm_" + number)
        .torchvision(torch + "0")
        .timm(timm + "0")
        .kerasClass(block, NORM);
    net.convBias(
            prefix + "downsampling_conv_" + number,
            FILTERS << stage,
            2,
            2,
            Padding.VALID,
            Activation.LINEAR)
        .torchvision(torch + "1")
        .timm(timm + "1")
        .kerasClass(block, CONV)
        .uncounted();
  }

  private static void block(
      DefinitionBuilder net, String name, String torch, String timm, double dropped) {
    String in = net.tip();
    int channels = net.shape().channels();
    net.then(
            name + "_depthwise_conv",
            new Conv2d(channels, 7, 1, Padding.SAME, 1, channels, true, Activation.LINEAR))
        .torchvision(torch + "block.0")
        .timm(timm + "conv_dw")
        .kerasClass(CONV);
    layerNorm(net, name + "_layernorm").torchvision(torch + "block.2").timm(timm + "norm");
    // A dense layer at every position of an image is a 1 x 1 convolution.
    net.convBias(
            name + "_pointwise_conv_1",
            EXPANSION * channels,
            1,
            1,
            Padding.VALID,
            Activation.LINEAR)
        .torchvision(torch + "block.3")
        .timm(timm + "mlp.fc1")
        .kerasClass("dense")
        .activate(name + "_gelu", Activation.GELU)
        .convBias(name + "_pointwise_conv_2", channels, 1, 1, Padding.VALID, Activation.LINEAR)
        .torchvision(torch + "block.5")
        .timm(timm + "mlp.fc2")
        .kerasClass("dense")
        .then(name + "_layer_scale", new Scale(INITIAL_SCALE))
        .torchvision(torch + "layer_scale")
        .timm(timm + "gamma");
    if (dropped > 0) {
      net.then(name + "_stochastic_depth", new StochasticDepth(dropped));
    } else {
      net.activate(name + "_identity", Activation.LINEAR);
    }
    net.join(name + "_add", new Add(), in, net.tip()).uncounted();
  }

  private static DefinitionBuilder layerNorm(DefinitionBuilder net, String name) {
    return net.then(name, new LayerNorm(1e-6));
  }

  /**
   * Returns the normalisation with ImageNet's means and standard deviations, for values from 0 to
   * 255.
   */
  private static Layer normalization() {
    List<Double> factors = new ArrayList<>();
    List<Double> offsets = new ArrayList<>();
    double[][] channels = {{0.485, 0.229}, {0.456, 0.224}, {0.406, 0.225}};
    for (double[] channel : channels) {
      factors.add(1 / (255 * channel[1]));
      offsets.add(-channel[0] / channel[1]);
    }
    return new Rescale(factors, offsets);
  }
}
