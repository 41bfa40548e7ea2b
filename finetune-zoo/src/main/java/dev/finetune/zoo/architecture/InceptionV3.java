package dev.finetune.zoo.architecture;

import com.google.common.collect.ImmutableMap;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.AveragePool;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Concat;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.MaxPool;
import dev.finetune.graph.layer.Padding;
import dev.finetune.image.Preprocessing;
import java.util.ArrayList;
import java.util.List;

/**
 * InceptionV3 (C. Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", CVPR
 * 2016). Keras does not name its layers explicitly; here they have the names that Keras generates
 * in a new session.
 *
 * <p>In Keras, the normalisations have no gamma and average pooling ignores padding; in
 * torchvision, the normalisations have gamma and the padding counts. torchvision's auxiliary
 * classifier, which is for training from scratch, is omitted.
 */
public final class InceptionV3 implements Architecture {

  private static final Facts FACTS =
      new Facts(
          "inceptionv3",
          299, // torchvision's weights were converted from TensorFlow's and need the same input.
          ImmutableMap.of(Dialect.KERAS, Preprocessing.TF, Dialect.TORCHVISION, Preprocessing.TF),
          List.of(
              Sources.kerasKernels(
                  "inception_v3", "inception_v3", true, "9a0d58056eeedaa3f26cb7ebd46da564"),
              Sources.kerasKernels(
                  "inception_v3", "inception_v3", false, "bcbd6486424b2319ff4ef7d526e38f63"),
              Sources.torchvision("inception_v3_google", "0cc3c7bd")),
          "Apache-2.0 (TensorFlow; Keras' copy), BSD-3-Clause (torchvision)");

  /** Creates the architecture. */
  public InceptionV3() {}

  @Override
  public Facts facts() {
    return FACTS;
  }

  @Override
  public Definition define(Form form) {
    return new Writer(form).write();
  }

  /** The state of one definition in progress. */
  private static final class Writer {

    private final DefinitionBuilder net;
    private int convolutions;
    private int maxPools;
    private int averagePools;

    Writer(Form form) {
      net =
          new DefinitionBuilder(
              form, form.keras() ? new BatchNorm(1e-3, 0.99, false) : new BatchNorm(1e-3, 0.9));
    }

    Definition write() {
      conv("Conv2d_1a_3x3", 32, 3, 3, 2, Padding.VALID);
      conv("Conv2d_2a_3x3", 32, 3, 3, 1, Padding.VALID);
      conv("Conv2d_2b_3x3", 64, 3, 3);
      maxPool();
      net.endStage();
      conv("Conv2d_3b_1x1", 80, 1, 1, 1, Padding.VALID);
      conv("Conv2d_4a_3x3", 192, 3, 3, 1, Padding.VALID);
      maxPool();
      net.endStage();
      fine("mixed0", "Mixed_5b.", 32);
      fine("mixed1", "Mixed_5c.", 64);
      fine("mixed2", "Mixed_5d.", 64);
      net.endStage();
      reduceFine();
      middle("mixed4", "Mixed_6b.", 128);
      middle("mixed5", "Mixed_6c.", 160);
      middle("mixed6", "Mixed_6d.", 160);
      middle("mixed7", "Mixed_6e.", 192);
      net.endStage();
      reduceMiddle();
      coarse("mixed9", "Mixed_7b.", "mixed9_0", "concatenate");
      coarse("mixed10", "Mixed_7c.", "mixed9_1", "concatenate_1");
      net.endStage();
      if (net.hasTop()) {
        net.then("avg_pool", new GlobalAveragePool());
        if (!net.keras()) {
          net.then("dropout", new Dropout(0.5));
        }
        net.classes("predictions").torchvision("fc");
      }
      return net.pooled().build();
    }

    private void fine(String name, String torch, int pooled) {
      String in = net.tip();
      List<String> branches = new ArrayList<>();
      branches.add(conv(torch + "branch1x1", 64, 1, 1));
      net.from(in);
      conv(torch + "branch5x5_1", 48, 1, 1);
      branches.add(conv(torch + "branch5x5_2", 64, 5, 5));
      net.from(in);
      conv(torch + "branch3x3dbl_1", 64, 1, 1);
      conv(torch + "branch3x3dbl_2", 96, 3, 3);
      branches.add(conv(torch + "branch3x3dbl_3", 96, 3, 3));
      net.from(in);
      averagePool();
      branches.add(conv(torch + "branch_pool", pooled, 1, 1));
      concat(name, branches);
    }

    private void reduceFine() {
      String torch = "Mixed_6a.";
      String in = net.tip();
      List<String> branches = new ArrayList<>();
      branches.add(conv(torch + "branch3x3", 384, 3, 3, 2, Padding.VALID));
      net.from(in);
      conv(torch + "branch3x3dbl_1", 64, 1, 1);
      conv(torch + "branch3x3dbl_2", 96, 3, 3);
      branches.add(conv(torch + "branch3x3dbl_3", 96, 3, 3, 2, Padding.VALID));
      net.from(in);
      branches.add(maxPool());
      concat("mixed3", branches);
    }

    private void middle(String name, String torch, int filters) {
      String in = net.tip();
      List<String> branches = new ArrayList<>();
      branches.add(conv(torch + "branch1x1", 192, 1, 1));
      net.from(in);
      conv(torch + "branch7x7_1", filters, 1, 1);
      conv(torch + "branch7x7_2", filters, 1, 7);
      branches.add(conv(torch + "branch7x7_3", 192, 7, 1));
      net.from(in);
      conv(torch + "branch7x7dbl_1", filters, 1, 1);
      conv(torch + "branch7x7dbl_2", filters, 7, 1);
      conv(torch + "branch7x7dbl_3", filters, 1, 7);
      conv(torch + "branch7x7dbl_4", filters, 7, 1);
      branches.add(conv(torch + "branch7x7dbl_5", 192, 1, 7));
      net.from(in);
      averagePool();
      branches.add(conv(torch + "branch_pool", 192, 1, 1));
      concat(name, branches);
    }

    private void reduceMiddle() {
      String torch = "Mixed_7a.";
      String in = net.tip();
      List<String> branches = new ArrayList<>();
      conv(torch + "branch3x3_1", 192, 1, 1);
      branches.add(conv(torch + "branch3x3_2", 320, 3, 3, 2, Padding.VALID));
      net.from(in);
      conv(torch + "branch7x7x3_1", 192, 1, 1);
      conv(torch + "branch7x7x3_2", 192, 1, 7);
      conv(torch + "branch7x7x3_3", 192, 7, 1);
      branches.add(conv(torch + "branch7x7x3_4", 192, 3, 3, 2, Padding.VALID));
      net.from(in);
      branches.add(maxPool());
      concat("mixed8", branches);
    }

    private void coarse(String name, String torch, String first, String second) {
      String in = net.tip();
      List<String> branches = new ArrayList<>();
      branches.add(conv(torch + "branch1x1", 320, 1, 1));
      net.from(in);
      String start = conv(torch + "branch3x3_1", 384, 1, 1);
      branches.add(both(first, start, torch + "branch3x3_2"));
      net.from(in);
      conv(torch + "branch3x3dbl_1", 448, 1, 1);
      start = conv(torch + "branch3x3dbl_2", 384, 3, 3);
      branches.add(both(second, start, torch + "branch3x3dbl_3"));
      net.from(in);
      averagePool();
      branches.add(conv(torch + "branch_pool", 192, 1, 1));
      concat(name, branches);
    }

    private String both(String name, String from, String torch) {
      String wide = conv(torch + "a", 384, 1, 3);
      net.from(from);
      String tall = conv(torch + "b", 384, 3, 1);
      return concat(name, List.of(wide, tall));
    }

    private String conv(String torch, int filters, int height, int width) {
      return conv(torch, filters, height, width, 1, Padding.SAME);
    }

    private String conv(
        String torch, int filters, int height, int width, int stride, Padding padding) {
      String number = numbered(convolutions++);
      return net.then(
              "conv2d" + number,
              new Conv2d(filters, height, width, stride, padding, 1, 1, false, Activation.LINEAR))
          .torchvision(torch + ".conv")
          .norm("batch_normalization" + number)
          .torchvision(torch + ".bn")
          .relu("activation" + number)
          .tip();
    }

    private String maxPool() {
      String name = "max_pooling2d" + numbered(maxPools++);
      return net.then(name, new MaxPool(3, 2, Padding.VALID)).tip();
    }

    private void averagePool() {
      String name = "average_pooling2d" + numbered(averagePools++);
      if (!net.keras()) {
        net.pad(name + "_pad", 1);
      }
      net.then(name, new AveragePool(3, 1, net.keras() ? Padding.SAME : Padding.VALID));
    }

    private String concat(String name, List<String> branches) {
      return net.join(name, new Concat(), branches.toArray(String[]::new)).tip();
    }

    private static String numbered(int number) {
      return number == 0 ? "" : "_" + number;
    }
  }
}
