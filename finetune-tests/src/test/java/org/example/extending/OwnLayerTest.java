package org.example.extending;

import static dev.finetune.head.HeadLayers.globalAveragePooling;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.ImageDataset;
import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.Shape;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.Adam;
import dev.finetune.train.EpochResult;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.RandomWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application's own layer, implemented with public types only, works with both engines. */
@Tag("numeric")
class OwnLayerTest {

  private static final ImageDataset TRAIN = new SyntheticImages(3, 24, 8, 1);
  private static final ImageDataset VALID = new SyntheticImages(3, 9, 8, 2);

  @TempDir Path folder;

  private static Backbone backbone() {
    LayerGraph graph =
        LayerGraph.builder()
            .add("input", new Input(Shape.image(3, 8, 8)))
            .then("conv", new Conv2d(8, 3, 1, Padding.SAME, true, Activation.TANH))
            .add("se", new SqueezeExcitation(4), "conv")
            .then("last", new Conv2d(8, 3, 2, Padding.SAME, true, Activation.TANH))
            .build();
    InputSpec input = new InputSpec(8, 8, Preprocessing.TF);
    return Backbone.of("own", input, graph, RandomWeights.glorot(graph, 1), "seed 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "dl4j"})
  void should_train_freeze_and_save_the_layers_of_a_block(String engine) throws IOException {
    Backbone backbone = backbone();

    FineTunedModel model =
        FineTune.from(backbone)
            .freezeUpTo("se/mean")
            .head(globalAveragePooling())
            .engine(EngineOptions.defaults().engine(engine))
            .train(
                TRAIN,
                VALID,
                TrainOptions.defaults().epochs(30).batch(6).optimizer(Adam.adam(0.02)));

    assertThat(backbone.graph().names())
        .containsExactly("input", "conv", "se/mean", "se/fewer", "se/gate", "se", "last");
    List<EpochResult> epochs = model.history().epochs();
    assertThat(epochs.get(29).trainLoss()).isLessThan(epochs.get(0).trainLoss() / 2);
    assertThat(model.weights().layer("conv")).isEqualTo(backbone.weights().layer("conv"));
    assertThat(model.weights().tensor("se/gate", ParameterRole.KERNEL))
        .isNotEqualTo(backbone.weights().tensor("se/gate", ParameterRole.KERNEL));

    Path file = folder.resolve("model.zip");
    model.save(file);
    FineTunedModel again = FineTunedModel.load(file);
    assertThat(again.graph().nodes()).isEqualTo(model.graph().nodes());
    assertThat(again.logits(VALID.load(0))).isEqualTo(model.logits(VALID.load(0)));
  }
}
