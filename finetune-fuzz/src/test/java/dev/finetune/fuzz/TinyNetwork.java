package dev.finetune.fuzz;

import com.google.common.collect.ImmutableMap;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.MaxPool;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.image.Preprocessing;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Facts;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Top;
import dev.finetune.zoo.weights.WeightReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The network whose weights finetune-zoo's fixtures have. */
final class TinyNetwork implements Architecture {

  private static final TinyNetwork TINY = new TinyNetwork();

  private TinyNetwork() {}

  /** Reads the weights of a file. */
  static void read(Path folder, byte[] input) throws IOException {
    Path file = Files.write(folder.resolve("weights"), input);
    WeightReader.read(file, TINY, Form.square(8, WeightReader.dialect(file, TINY), Top.LOGITS));
  }

  @Override
  public Facts facts() {
    return new Facts(
        "tiny",
        8,
        ImmutableMap.of(Dialect.KERAS, Preprocessing.NONE, Dialect.TORCHVISION, Preprocessing.NONE),
        List.of(),
        "none");
  }

  @Override
  public Definition define(Form form) {
    LayerGraph.Builder graph =
        LayerGraph.builder()
            .add("in", new Input(Shape.image(3, form.height(), form.width())))
            .then("conv", new Conv2d(4, 3, 1, Padding.SAME, true, Activation.LINEAR))
            .then("norm", new BatchNorm(1e-3, 0.99))
            .then("relu", new Activate(Activation.RELU))
            .then("pool", new MaxPool(2, 2, Padding.VALID));
    if (form.top() != Top.NONE) {
      graph.then("flatten", new Flatten()).then("dense", new Dense(5, Activation.LINEAR));
    }
    return new Definition(
        graph.build(),
        form.dialect() == Dialect.KERAS
            ? ImmutableMap.of()
            : ImmutableMap.of("features.0", "conv", "features.1", "norm", "classifier", "dense"));
  }
}
