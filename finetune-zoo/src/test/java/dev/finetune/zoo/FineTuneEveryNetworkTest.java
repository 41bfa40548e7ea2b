package dev.finetune.zoo;

import static dev.finetune.head.HeadLayers.dense;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.FeatureExtractor;
import dev.finetune.FineTune;
import dev.finetune.FineTunePlan;
import dev.finetune.FineTunedModel;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.ImageDataset;
import dev.finetune.dl4j.Dl4jBackbone;
import dev.finetune.dl4j.Dl4jModels;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.head.HeadGraph;
import dev.finetune.image.Pixels;
import dev.finetune.train.Adam;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.zoo.architecture.Pooling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fine-tunes every network: freezes and trains it, and saves and loads the smaller ones. */
@Tag("numeric")
class FineTuneEveryNetworkTest {

  private static final int SIDE = 80;

  /**
   * The number of parameters from which a model is not saved: it takes seconds, and large networks
   * have no other kinds of layers.
   */
  private static final long LARGE = 10_000_000;

  /**
   * The roles with a gradient in every layer. Running statistics are updated without gradients, and
   * a bias before batch normalisation has no gradient.
   */
  private static final Set<ParameterRole> MOVING =
      Set.of(ParameterRole.KERNEL, ParameterRole.DEPTHWISE_KERNEL, ParameterRole.BETA);

  @TempDir Path folder;

  static Stream<String> networks() {
    return Zoo.names().stream();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void should_train_the_last_stage_and_survive_saving_and_loading(String name) throws IOException {
    ZooBackbone backbone = Zoo.byName(name).randomWeights(7).inputSize(SIDE).pooling(Pooling.AVG);
    int stages = backbone.graph().stages().size();
    FineTunePlan plan =
        FineTune.from(backbone).freezeUpToStage(stages - 1).head(dense(8)).classes(2).plan();

    FineTunedModel model =
        plan.train(
            new Images(),
            new Images(),
            TrainOptions.defaults().epochs(1).batch(4).optimizer(Adam.adam(1e-3)));

    requireOnlyTheLastStageMoved(plan, backbone.weights(), model.weights());
    if (backbone.graph().parameterCount() < LARGE || name.equals("convnexttiny")) {
      Path file = folder.resolve("model.zip");
      model.save(file);
      FineTunedModel loaded = FineTunedModel.load(file);
      assertThat(loaded.logits(new Images().load(0))).isEqualTo(model.logits(new Images().load(0)));
      assertThat(loaded.weights().tensors()).isEqualTo(model.weights().tensors());
      Path exported = folder.resolve("dl4j.zip");
      Dl4jModels.write(model, exported);
      requireSameFromDeeplearning4j(exported, model);
    }
  }

  /** The export is a Deeplearning4j network, which can be read back as a backbone. */
  private static void requireSameFromDeeplearning4j(Path file, FineTunedModel model)
      throws IOException {
    Backbone again = Dl4jBackbone.of("again", file, model.input());
    Pixels image = new Images().load(0);
    float[] logits =
        FeatureExtractor.of(again.input(), again.graph(), again.weights(), HeadGraph.LOGITS)
            .features(List.of(image))
            .values();
    float[] expected = model.logits(image);
    float scale = Math.max(Math.abs(expected[0]), Math.abs(expected[1]));
    assertThat(logits).containsExactly(expected, Offset.offset(1e-4f * scale));
  }

  private static void requireOnlyTheLastStageMoved(
      FineTunePlan plan, Weights before, Weights after) {
    assertThat(plan.frozenLayers()).isNotEmpty();
    int trained = 0;
    List<Boolean> gammas = new ArrayList<>();
    for (Node node : plan.backbone().graph().nodes()) {
      Map<ParameterRole, Tensor> old = before.layer(node.name());
      if (plan.frozenLayers().contains(node.name())) {
        assertThat(after.layer(node.name())).as(node.name()).isEqualTo(old);
        continue;
      }
      for (Map.Entry<ParameterRole, Tensor> entry : after.layer(node.name()).entrySet()) {
        if (MOVING.contains(entry.getKey())) {
          assertThat(entry.getValue())
              .as("%s %s", node.name(), entry.getKey())
              .isNotEqualTo(old.get(entry.getKey()));
          trained++;
        } else if (entry.getKey() == ParameterRole.GAMMA) {
          gammas.add(!entry.getValue().equals(old.get(entry.getKey())));
        }
      }
    }
    assertThat(trained).isPositive();
    // The gradient of a gamma is proportional to the normalised values. With random weights those
    // fade: in MobileNet
    // they fall below Adam's epsilon, which makes the steps vanish.
    if (!plan.backbone().name().equals("mobilenet")) {
      assertThat(Collections.frequency(gammas, true)).isGreaterThanOrEqualTo(gammas.size() * 2 / 3);
    }
  }

  /** Four images of noise in two classes. */
  private static final class Images implements ImageDataset {
    @Override
    public int size() {
      return 4;
    }

    @Override
    public List<String> classNames() {
      return List.of("a", "b");
    }

    @Override
    public int label(int index) {
      return index % 2;
    }

    @Override
    public String name(int index) {
      return "image " + index;
    }

    @Override
    public Pixels load(int index) {
      float[] planes = new float[3 * SIDE * SIDE];
      for (int i = 0; i < planes.length; i++) {
        planes[i] = (float) (127 + 120 * Math.sin(i * (0.7 + index * 0.31)));
      }
      return Pixels.ofPlanes(SIDE, SIDE, planes);
    }
  }
}
