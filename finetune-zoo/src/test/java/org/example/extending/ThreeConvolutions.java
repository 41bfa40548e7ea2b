package org.example.extending;

import com.google.common.collect.ImmutableMap;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.image.Preprocessing;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Facts;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Top;
import java.util.List;

/** An architecture that an application defines; it is registered in META-INF/services. */
public final class ThreeConvolutions implements Architecture {

  @Override
  public Facts facts() {
    return new Facts(
        "three-convolutions",
        16,
        ImmutableMap.of(Dialect.TIMM, Preprocessing.TORCH),
        List.of(),
        "none");
  }

  @Override
  public Definition define(Form form) {
    LayerGraph.Builder graph =
        LayerGraph.builder().add("in", new Input(Shape.image(3, form.height(), form.width())));
    ImmutableMap.Builder<String, String> names = ImmutableMap.builder();
    for (int i = 1; i <= 3; i++) {
      graph.then("conv" + i, new Conv2d(4, 3, 2, Padding.SAME, true, Activation.RELU));
      graph.stage("conv" + i);
      names.put("convs." + i, "conv" + i);
    }
    if (form.top() != Top.NONE) {
      graph.then("pool", new GlobalAveragePool()).then("fc", new Dense(1000, Activation.LINEAR));
      names.put("fc", "fc");
    }
    return new Definition(graph.build(), names.buildOrThrow());
  }
}
