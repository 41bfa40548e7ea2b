package dev.finetune.zoo.architecture;

import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Add;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.MaxPool;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.SeparableConv2d;
import dev.finetune.image.Preprocessing;
import java.util.List;

/**
 * Xception (F. Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions", CVPR
 * 2017), as in Keras. Keras does not name the layers of the shortcuts explicitly; here they have
 * the names that Keras generates in a new session.
 */
public final class Xception implements Architecture {

  private static final Facts FACTS =
      new Facts(
          "xception",
          299,
          Facts.keras(Preprocessing.TF),
          List.of(
              Sources.kerasKernels(
                  "xception", "xception", true, "0a58e3b7378bc2990ea3b43d5981f1f6"),
              Sources.kerasKernels(
                  "xception", "xception", false, "b0042744bf5b25fce3cb969f33bebb97")),
          "MIT (Keras)");

  private static final int MIDDLE_BLOCKS = 8;

  /** Creates the architecture. */
  public Xception() {}

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
    private int shortcuts;
    private int sums;

    Writer(Form form) {
      net = new DefinitionBuilder(form, DefinitionBuilder.kerasNorm());
    }

    Definition write() {
      net.conv("block1_conv1", 32, 3, 2, Padding.VALID)
          .norm("block1_conv1_bn")
          .relu("block1_conv1_act")
          .conv("block1_conv2", 64, 3, 1, Padding.VALID)
          .norm("block1_conv2_bn")
          .relu("block1_conv2_act")
          .endStage();
      reduce(2, 128, 128);
      net.endStage();
      reduce(3, 256, 256);
      net.endStage();
      reduce(4, 728, 728);
      for (int block = 5; block < 5 + MIDDLE_BLOCKS; block++) {
        String in = net.tip();
        for (int i = 1; i <= 3; i++) {
          String name = "block" + block + "_sepconv" + i;
          net.relu(name + "_act");
          separable(name, 728);
        }
        sum(net.tip(), in);
      }
      net.endStage();
      reduce(13, 728, 1024);
      separable("block14_sepconv1", 1536);
      net.relu("block14_sepconv1_act");
      separable("block14_sepconv2", 2048);
      net.relu("block14_sepconv2_act").endStage();
      if (net.hasTop()) {
        net.then("avg_pool", new GlobalAveragePool()).classes("predictions");
      }
      return net.pooled().build();
    }

    private void reduce(int block, int first, int second) {
      String in = net.tip();
      String number = shortcuts == 0 ? "" : "_" + shortcuts;
      shortcuts++;
      String shortcut =
          net.conv("conv2d" + number, second, 1, 2, Padding.SAME)
              .norm("batch_normalization" + number)
              .tip();
      String prefix = "block" + block;
      net.from(in);
      if (block > 2) {
        net.relu(prefix + "_sepconv1_act");
      }
      separable(prefix + "_sepconv1", first);
      net.relu(prefix + "_sepconv2_act");
      separable(prefix + "_sepconv2", second);
      net.then(prefix + "_pool", new MaxPool(3, 2, Padding.SAME));
      sum(net.tip(), shortcut);
    }

    private void separable(String name, int filters) {
      net.then(name, new SeparableConv2d(filters, 3, 1, Padding.SAME, false, Activation.LINEAR))
          .norm(name + "_bn");
    }

    private void sum(String first, String second) {
      net.join(sums == 0 ? "add" : "add_" + sums, new Add(), first, second);
      sums++;
    }
  }
}
