package dev.finetune.zoo.architecture;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Add;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.Layer;
import dev.finetune.graph.layer.Multiply;
import dev.finetune.graph.layer.Normalize;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Rescale;
import dev.finetune.graph.layer.Reshape;
import dev.finetune.graph.layer.StochasticDepth;
import dev.finetune.image.Preprocessing;
import java.net.URI;
import java.util.Collections;
import java.util.List;

/**
 * EfficientNet B0 to B3 (M. Tan, Q. Le, "EfficientNet: Rethinking Model Scaling for Convolutional
 * Neural Networks", ICML 2019).
 *
 * <p>In Keras, the network itself normalises images from 0 to 255, with constants from its weight
 * file. In torchvision and timm it does not, and padding is the same on all sides.
 */
public final class EfficientNet implements Architecture {

  /** A stage of B0, from table 1 of the paper. */
  private record Stage(int kernel, int blocks, int filters, int expansion, int stride) {}

  private static final ImmutableList<Stage> STAGES =
      ImmutableList.of(
          new Stage(3, 1, 16, 1, 1),
          new Stage(3, 2, 24, 6, 2),
          new Stage(5, 2, 40, 6, 2),
          new Stage(3, 3, 80, 6, 2),
          new Stage(5, 3, 112, 6, 1),
          new Stage(5, 4, 192, 6, 2),
          new Stage(3, 1, 320, 6, 1));

  private static final double DROPPED_BLOCKS = 0.2;

  /** ImageNet's standard deviations of red, green and blue, for values from 0 to 1. */
  private static final ImmutableList<Double> DEVIATIONS = ImmutableList.of(0.229, 0.224, 0.225);

  private final Facts facts;
  private final double width;
  private final double depth;
  private final double dropout;

  private EfficientNet(
      String name,
      double width,
      double depth,
      int size,
      double dropout,
      Preprocessing timm,
      String topMd5,
      String noTopMd5) {
    this.facts =
        new Facts(
            name,
            size,
            ImmutableMap.of(
                Dialect.KERAS, Preprocessing.NONE,
                Dialect.KERAS_SCRATCH, Preprocessing.NONE,
                Dialect.TORCHVISION, Preprocessing.TORCH,
                Dialect.TIMM, timm),
            List.of(source(name, true, topMd5), source(name, false, noTopMd5)),
            "Apache-2.0 (Google; Keras' copy)");
    this.width = width;
    this.depth = depth;
    this.dropout = dropout;
  }

  /** {@return EfficientNetB0, the smallest, for images of 224 x 224} */
  public static EfficientNet b0() {
    return new EfficientNet(
        "efficientnetb0",
        1.0,
        1.0,
        224,
        0.2,
        Preprocessing.TORCH,
        "902e53a9f72be733fc0bcb005b3ebbac",
        "50bc09e76180e00e4465e1a485ddc09d");
  }

  /**
   * {@return EfficientNetB1, for images of 240 x 240} timm's default weights of B1 need another
   * preprocessing than those of the other networks.
   */
  public static EfficientNet b1() {
    return new EfficientNet(
        "efficientnetb1",
        1.0,
        1.1,
        240,
        0.2,
        Preprocessing.TF,
        "1d254153d4ab51201f1646940f018540",
        "74c4e6b3e1f6a1eea24c589628592432");
  }

  /** {@return EfficientNetB2, for images of 260 x 260} */
  public static EfficientNet b2() {
    return new EfficientNet(
        "efficientnetb2",
        1.1,
        1.2,
        260,
        0.3,
        Preprocessing.TORCH,
        "b15cce36ff4dcbd00b6dd88e7857a6ad",
        "111f8e2ac8aa800a7a99e3239f7bfb39");
  }

  /** {@return EfficientNetB3, for images of 300 x 300} */
  public static EfficientNet b3() {
    return new EfficientNet(
        "efficientnetb3",
        1.2,
        1.4,
        300,
        0.3,
        Preprocessing.TORCH,
        "ffd1fdc53d0ce67064dc6a9c7960ede0",
        "af6d107764bb5b1abb91932881670226");
  }

  private static WeightSource source(String name, boolean withTop, String md5) {
    String file = name + (withTop ? ".h5" : "_notop.h5");
    return Sources.keras(
        URI.create("https://storage.googleapis.com/keras-applications/" + file),
        file,
        withTop,
        md5);
  }

  @Override
  public Facts facts() {
    return facts;
  }

  @Override
  public Definition define(Form form) {
    DefinitionBuilder net =
        new DefinitionBuilder(
            form, form.keras() ? DefinitionBuilder.kerasNorm() : DefinitionBuilder.torchNorm());
    if (form.keras()) {
      normalize(net, form.dialect());
    }
    net.padForStride("stem_conv_pad", 3)
        .conv("stem_conv", filters(32), 3, 2, Padding.VALID)
        .torchvision("features.0.0")
        .timm("conv_stem")
        .norm("stem_bn")
        .torchvision("features.0.1")
        .timm("bn1")
        .activate("stem_activation", Activation.SWISH);
    int all = STAGES.stream().mapToInt(s -> blocks(s.blocks())).sum();
    int done = 0;
    for (int stage = 0; stage < STAGES.size(); stage++) {
      for (int block = 0; block < blocks(STAGES.get(stage).blocks()); block++) {
        int stride = block == 0 ? STAGES.get(stage).stride() : 1;
        if (stride == 2) {
          net.endStage();
        }
        new Block(net, STAGES.get(stage), stage, block, stride)
            .write(filters(STAGES.get(stage).filters()), DROPPED_BLOCKS * done / all);
        done++;
      }
    }
    net.conv("top_conv", filters(1280), 1, 1, Padding.SAME)
        .torchvision("features.8.0")
        .timm("conv_head")
        .norm("top_bn")
        .torchvision("features.8.1")
        .timm("bn2")
        .activate("top_activation", Activation.SWISH)
        .endStage();
    if (net.hasTop()) {
      net.then("avg_pool", new GlobalAveragePool())
          .then("top_dropout", new Dropout(dropout))
          .classes("predictions")
          .torchvision("classifier.1")
          .timm("classifier");
    }
    return net.pooled().build();
  }

  /**
   * Adds the layers that normalise images. The third layer corrects the second one, whose published
   * variances are standard deviations; with it, values are divided by the standard deviation, as in
   * the original. Keras adds it only for published weights (see {@code efficientnet.py} in Keras).
   */
  private static void normalize(DefinitionBuilder net, Dialect dialect) {
    net.then("rescaling", rescale(Collections.nCopies(3, 1 / 255.0)))
        .then("normalization", new Normalize());
    if (dialect == Dialect.KERAS) {
      net.then("rescaling_1", rescale(DEVIATIONS.stream().map(d -> 1 / Math.sqrt(d)).toList()));
    }
  }

  private static Layer rescale(List<Double> factors) {
    return new Rescale(factors, Collections.nCopies(3, 0.0));
  }

  /**
   * Returns B0's number of channels times the width, rounded to a multiple of 8 that is not below
   * 90 % of it.
   */
  private int filters(int ofB0) {
    double wanted = ofB0 * width;
    int rounded = Math.max(8, (int) (wanted + 4) / 8 * 8);
    return rounded < 0.9 * wanted ? rounded + 8 : rounded;
  }

  private int blocks(int ofB0) {
    return (int) Math.ceil(depth * ofB0);
  }

  /** An inverted residual block with squeeze and excitation. */
  private static final class Block {
    private final DefinitionBuilder net;
    private final Stage stage;
    private final String name;
    private final String torch;
    private final String timm;
    private final int stride;
    private final int channels;
    private final String in;
    private int part; // the index in torchvision's list
    private int norms = 1; // timm's number of the next normalisation

    Block(DefinitionBuilder net, Stage stage, int number, int block, int stride) {
      this.net = net;
      this.stage = stage;
      this.name = "block" + (number + 1) + (char) ('a' + block) + "_";
      this.torch = "features." + (number + 1) + "." + block + ".block.";
      this.timm = "blocks." + number + "." + block + ".";
      this.stride = stride;
      this.channels = net.shape().channels();
      this.in = net.tip();
    }

    void write(int filters, double dropped) {
      boolean expanded = stage.expansion() != 1;
      if (expanded) {
        net.conv(name + "expand_conv", channels * stage.expansion(), 1, 1, Padding.SAME)
            .timm(timm + "conv_pw");
        normed("expand_");
      }
      boolean padded = stride == 2;
      if (padded) {
        net.padForStride(name + "dwconv_pad", stage.kernel());
      }
      net.depthwise(name + "dwconv", stage.kernel(), stride, padded ? Padding.VALID : Padding.SAME)
          .timm(timm + "conv_dw");
      normed("");
      excite();
      net.conv(name + "project_conv", filters, 1, 1, Padding.SAME)
          .torchvision(torch + part + ".0")
          .timm(timm + (expanded ? "conv_pwl" : "conv_pw"))
          .norm(name + "project_bn")
          .torchvision(torch + part + ".1")
          .timm(timm + "bn" + norms);
      if (stride == 1 && filters == channels) {
        if (dropped > 0) {
          net.then(name + "drop", new StochasticDepth(dropped));
        }
        net.join(name + "add", new Add(), net.tip(), in);
      }
    }

    private void normed(String prefix) {
      net.torchvision(torch + part + ".0")
          .norm(name + prefix + "bn")
          .torchvision(torch + part + ".1")
          .timm(timm + "bn" + norms++)
          .activate(name + prefix + "activation", Activation.SWISH);
      part++;
    }

    private void excite() {
      String before = net.tip();
      int expanded = net.shape().channels();
      net.then(name + "se_squeeze", new GlobalAveragePool())
          .then(name + "se_reshape", new Reshape(expanded, 1, 1))
          .convBias(
              name + "se_reduce", Math.max(1, channels / 4), 1, 1, Padding.SAME, Activation.SWISH)
          .torchvision(torch + part + ".fc1")
          .timm(timm + "se.conv_reduce")
          .convBias(name + "se_expand", expanded, 1, 1, Padding.SAME, Activation.SIGMOID)
          .torchvision(torch + part + ".fc2")
          .timm(timm + "se.conv_expand");
      net.join(name + "se_excite", new Multiply(), before, net.tip());
      part++;
    }
  }
}
