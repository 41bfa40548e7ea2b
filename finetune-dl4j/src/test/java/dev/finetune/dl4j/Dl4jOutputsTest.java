package dev.finetune.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.FeatureExtractor;
import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.ImageClassifier;
import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.evaluate.Prediction;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.Shape;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import dev.finetune.image.Preprocessing;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.evaluation.classification.EvaluationBinary;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The outputs of models, as arrays and in ND4J's evaluations. */
@Tag("numeric")
class Dl4jOutputsTest {

  /** The images, which are more than one batch. */
  private static final SyntheticImages IMAGES = new SyntheticImages(3, 40, 8, 1);

  private static final List<Pixels> PIXELS =
      IntStream.range(0, IMAGES.size()).mapToObj(IMAGES::load).toList();

  private static FineTunedModel model;

  @BeforeAll
  static void train() {
    model =
        FineTune.from(RandomBackbones.backbone(6, 3))
            .freezeAllBut(2)
            .train(IMAGES, IMAGES, TrainOptions.defaults().epochs(2).seed(9));
  }

  @Test
  void should_give_probabilities_as_classify_does() {
    List<Prediction> expected = model.classify(PIXELS);

    INDArray ofList = Dl4jOutputs.probabilities(model, PIXELS);
    INDArray ofDataset = Dl4jOutputs.probabilities(model, IMAGES);

    assertThat(ofList.shape()).containsExactly(40, 3);
    assertThat(ofList.dataType()).isEqualTo(DataType.FLOAT);
    for (int i = 0; i < 40; i++) {
      for (int c = 0; c < 3; c++) {
        assertThat(ofList.getFloat(i, c))
            .isEqualTo((float) (double) expected.get(i).probabilities().get(c));
      }
    }
    assertThat(ofDataset).isEqualTo(ofList);
  }

  @Test
  void should_give_features_of_any_layer() {
    FeatureExtractor last =
        FeatureExtractor.of(model.input(), model.graph(), model.weights(), "last");

    INDArray ofList = Dl4jOutputs.features(last, PIXELS);

    assertThat(ofList.shape()).containsExactly(40, 4, 8, 8);
    assertThat(Dl4jTensors.tensor(ofList)).isEqualTo(last.features(PIXELS));
    assertThat(Dl4jOutputs.features(last, IMAGES)).isEqualTo(ofList);
  }

  /** Returned arrays must outlive the workspaces of the caller. */
  @Test
  void should_keep_out_of_workspaces() {
    INDArray inside;
    try (MemoryWorkspace workspace =
        Nd4j.getWorkspaceManager().getAndActivateWorkspace("Dl4jOutputsTest")) {
      inside = Dl4jOutputs.probabilities(model, PIXELS);
      Dl4jEvaluations.evaluate(model, IMAGES);
      assertThat(Nd4j.getMemoryManager().getCurrentWorkspace()).isSameAs(workspace);
    } finally {
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }

    assertThat(Nd4j.getMemoryManager().getCurrentWorkspace()).isNull();
    assertThat(inside.isAttached()).isFalse();
    assertThat(inside.closeable()).isTrue();
    assertThat(inside).isEqualTo(Dl4jOutputs.probabilities(model, IMAGES));
  }

  private static void requireSame(Evaluation nd4j, dev.finetune.evaluate.Evaluation ours) {
    assertThat(nd4j.getLabelsList()).isEqualTo(ours.classNames());
    assertThat(nd4j.accuracy()).isEqualTo(ours.accuracy());
    int classes = ours.classNames().size();
    for (int truth = 0; truth < classes; truth++) {
      for (int said = 0; said < classes; said++) {
        assertThat(nd4j.getConfusionMatrix().getCount(truth, said))
            .isEqualTo(ours.confusion(truth, said));
      }
    }
  }

  @Test
  void should_evaluate_as_this_library_does() {
    requireSame(Dl4jEvaluations.evaluate(model, IMAGES), model.evaluate(IMAGES));
  }

  /** The dataset may have the classes in another order, and not all of them. */
  @Test
  void should_match_classes_by_name() {
    ImageDataset other =
        new StoredImages(
            List.of("class-2", "class-0"),
            IntStream.range(0, 10)
                .mapToObj(i -> StoredImage.of(3, 8, 8, PIXELS.get(i).planes()))
                .toList(),
            IntStream.range(0, 10).mapToObj(i -> i % 2).toList());

    requireSame(Dl4jEvaluations.evaluate(model, other), model.evaluate(other));
  }

  @Test
  void should_evaluate_each_class_separately() {
    EvaluationBinary evaluation = Dl4jEvaluations.evaluateBinary(model, IMAGES);

    List<Prediction> predictions = model.classify(PIXELS);
    assertThat(evaluation.getLabels()).isEqualTo(model.classNames());
    for (int c = 0; c < 3; c++) {
      int column = c;
      assertThat(evaluation.totalCount(c)).isEqualTo(40);
      assertThat(evaluation.truePositives(c) + evaluation.falseNegatives(c))
          .isEqualTo((int) IntStream.range(0, 40).filter(i -> i % 3 == column).count());
      assertThat(evaluation.truePositives(c) + evaluation.falsePositives(c))
          .isEqualTo(
              (int) predictions.stream().filter(p -> p.probabilities().get(column) > 0.5).count());
    }
  }

  /** Two logits that differ only slightly have the same float32 probability. */
  @Test
  void should_distinguish_logits_with_equal_float32_probabilities() {
    LayerGraph graph =
        LayerGraph.builder()
            .add("input", new Input(Shape.image(3, 8, 8)))
            .then("pool", new GlobalAveragePool(false))
            .then("logits", new Dense(3, Activation.LINEAR))
            .build();
    Weights zero = RandomWeights.glorot(graph, 1);
    Arrays.fill(zero.tensor("logits", ParameterRole.KERNEL).values(), 0);
    float[] bias = zero.tensor("logits", ParameterRole.BIAS).values();
    bias[1] = 1e-9f;
    ImageClassifier classifier =
        ImageClassifier.of(new InputSpec(8, 8, Preprocessing.TF), IMAGES.classNames(), graph, zero);

    Evaluation nd4j = Dl4jEvaluations.evaluate(classifier, IMAGES);

    requireSame(nd4j, classifier.evaluate(IMAGES));
    assertThat(nd4j.getConfusionMatrix().getCount(1, 1)).isEqualTo(13);
  }

  @Test
  void should_refuse_missing_images_unknown_classes_and_nan() {
    assertThatThrownBy(() -> Dl4jOutputs.probabilities(model, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There must be at least one image, got none");
    assertThatThrownBy(() -> Dl4jEvaluations.evaluate(model, new SyntheticImages(4, 8, 8, 1)))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("class-3");
    Pixels broken = Pixels.ofPlanes(1, 1, new float[] {0, Float.NaN, 0});
    assertThatThrownBy(() -> Dl4jOutputs.probabilities(model, List.of(broken)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NaN");
  }
}
