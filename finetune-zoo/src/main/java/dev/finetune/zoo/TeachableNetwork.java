package dev.finetune.zoo;

import com.google.common.collect.ImmutableMap;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.Padding;
import dev.finetune.image.Preprocessing;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Facts;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.MobileNetV2;
import dev.finetune.zoo.architecture.Top;
import java.util.List;

/**
 * The network of an image project of Teachable Machine: MobileNetV2 with a width of 0.35, whose
 * feature maps are averaged, a dense layer of 100 units with ReLU and one without a bias for the
 * classes. The dense layers are convolutions of one position here, which may have no bias.
 *
 * @param classes the number of classes
 */
record TeachableNetwork(int classes) implements Architecture {

  static final int SIZE = 224;

  /** The name of the layer of the classes. */
  static final String LAST = "dense_Dense2";

  private static final double WIDTH = 0.35;
  private static final int UNITS = 100;
  private static final Architecture BACKBONE = new MobileNetV2(WIDTH);

  @Override
  public Facts facts() {
    return new Facts(
        "teachable machine",
        SIZE,
        ImmutableMap.of(Dialect.KERAS, Preprocessing.TF),
        List.of(),
        BACKBONE.facts().licence());
  }

  @Override
  public Definition define(Form form) {
    Definition backbone = BACKBONE.define(form.with(Top.NONE));
    if (form.top() == Top.NONE) {
      return backbone;
    }
    LayerGraph whole =
        backbone.graph().toBuilder()
            .add("average", new GlobalAveragePool(true), backbone.graph().outputs().get(0))
            .then("dense_Dense1", new Conv2d(UNITS, 1, 1, Padding.VALID, true, Activation.RELU))
            .then(LAST, Conv2d.plain(classes, 1, 1, Padding.VALID))
            .then("flatten", new Flatten())
            .build();
    return new Definition(whole, backbone.tensorNames(), backbone.kerasClasses());
  }
}
