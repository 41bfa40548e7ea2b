package dev.finetune.dl4j;

import static dev.finetune.head.HeadLayers.batchNorm;
import static dev.finetune.head.HeadLayers.dense;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.image.Pixels;
import dev.finetune.image.Views;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.TrainOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@Tag("numeric")
class Dl4jModelsTest {

  /** For probabilities: logits are about 1, and sums of hundreds of float32 products. */
  private static final double TOLERANCE = 1e-5;

  private static final SyntheticImages IMAGES = new SyntheticImages(3, 6, 8, 1);
  private static FineTunedModel model;

  @TempDir Path folder;

  @BeforeAll
  static void train() {
    model =
        FineTune.from(RandomBackbones.backbone(6, 3))
            .freezeAllBut(2)
            .head(batchNorm(), dense(5))
            .train(IMAGES, IMAGES, TrainOptions.defaults().epochs(2).seed(9));
  }

  private static void requireSameProbabilities(ComputationGraph graph) {
    Pixels image = IMAGES.load(0);
    INDArray input = Nd4j.createFromArray(model.input().prepare(image)).reshape('c', 1, 3, 8, 8);
    double[] expected =
        model.classify(image).probabilities().stream().mapToDouble(p -> p).toArray();
    assertThat(graph.outputSingle(input).toDoubleVector())
        .containsExactly(expected, Offset.offset(TOLERANCE));
  }

  /** Deeplearning4j opens the file without this library's classes and computes the same. */
  @Test
  void should_write_what_deeplearning4j_opens() throws IOException {
    Path file = folder.resolve("deeper/dl4j.zip");

    Dl4jModels.write(model, file);

    ComputationGraph plain = ModelSerializer.restoreComputationGraph(file.toFile());
    assertThat(plain.getConfiguration().toJson()).doesNotContain("dev.finetune");
    requireSameProbabilities(plain);
  }

  @Test
  void should_return_a_new_graph_each_time() {
    ComputationGraph first = Dl4jModels.graph(model);
    first.params().assign(0);

    ComputationGraph second = Dl4jModels.graph(model);

    requireSameProbabilities(second);
  }

  @Test
  void should_refuse_a_model_that_averages_over_views() {
    Path file = folder.resolve("dl4j.zip");
    try (FineTunedModel averaging = model.withViews(Views.parse("identity,hflip"));
        FineTunedModel plain = averaging.withViews(Views.none())) {
      assertThatThrownBy(() -> Dl4jModels.write(averaging, file))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "A model to export must not average over views, because the export has one forward"
                  + " pass; got the views identity,hflip. Export model.withViews(Views.none())");
      assertThat(file).doesNotExist();
      requireSameProbabilities(Dl4jModels.graph(plain));
    }
  }

  @Test
  void should_leave_nothing_behind_when_writing_fails() throws IOException {
    Path taken = Files.createDirectory(folder.resolve("dl4j.zip"));
    Files.writeString(taken.resolve("file"), "so that the folder cannot be replaced");

    assertThatThrownBy(() -> Dl4jModels.write(model, taken))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("dl4j.zip");

    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(taken);
    }
  }
}
