package dev.finetune;

import static dev.finetune.head.HeadLayers.batchNorm;
import static dev.finetune.head.HeadLayers.dense;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finetune.data.ImageDataset;
import dev.finetune.dl4j.Dl4jOutputs;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.evaluate.Prediction;
import dev.finetune.image.Pixels;
import dev.finetune.image.View;
import dev.finetune.image.Views;
import dev.finetune.testing.ModelZips;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.TrainOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("numeric")
class ViewsOfModelTest {

  /**
   * For probabilities and losses: a view is at another place of its batch, and how float32 sums are
   * rounded can depend on the place.
   */
  private static final Offset<Double> CLOSE = Offset.offset(1e-6);

  private static final Offset<Double> EXACT = Offset.offset(1e-12);

  /** More than a batch of images, so that views of an image are in different batches. */
  private static final SyntheticImages IMAGES = new SyntheticImages(3, 40, 8, 1);

  private static final Views VIEWS =
      Views.parse("identity,zoom:1.3,shift:0.2:-0.1,rotate:20,hflip+zoom:0.8");

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

  private static List<Pixels> pixels() {
    return IntStream.range(0, IMAGES.size()).mapToObj(ViewsOfModelTest::pixels).toList();
  }

  private static Pixels pixels(int index) {
    return IMAGES.load(index);
  }

  private static double[] array(Prediction prediction) {
    return prediction.probabilities().stream().mapToDouble(p -> p).toArray();
  }

  /** Returns the mean of the predictions of a model without views for the images of the views. */
  private static double[] byHand(Pixels image) {
    double[] sum = new double[3];
    for (View view : VIEWS.list()) {
      double[] one = array(model.classify(view.apply(image)));
      for (int i = 0; i < sum.length; i++) {
        sum[i] += one[i] / VIEWS.size();
      }
    }
    return sum;
  }

  @Test
  void should_average_the_probabilities_of_the_views() {
    try (FineTunedModel averaging = model.withViews(VIEWS)) {
      List<Prediction> together = averaging.classify(pixels());

      assertThat(averaging.views()).isEqualTo(VIEWS);
      assertThat(together).hasSize(IMAGES.size());
      for (int i = 0; i < IMAGES.size(); i++) {
        double[] expected = byHand(pixels(i));
        assertThat(array(together.get(i))).containsExactly(expected, CLOSE);
        assertThat(array(averaging.classify(pixels(i)))).containsExactly(expected, CLOSE);
        assertThat(array(averaging.classifier().classify(pixels(i))))
            .containsExactly(expected, CLOSE);
        float[] logits = averaging.logits(pixels(i));
        for (int c = 0; c < expected.length; c++) {
          assertThat(logits[c]).isCloseTo((float) Math.log(expected[c]), Offset.offset(1e-5f));
        }
      }
      assertThat(averaging.classify(List.of())).isEmpty();
      assertThat(model.views().isNone()).isTrue();
      assertThat(array(together.get(0)))
          .isNotEqualTo(array(model.classify(pixels(0)))); // the views have an effect
    }
  }

  @Test
  void should_equal_models_of_single_views() {
    double[] sum = new double[3];
    for (View view : VIEWS.list()) {
      try (FineTunedModel single = model.withViews(Views.of(view))) {
        double[] one = array(single.classify(pixels(7)));
        for (int i = 0; i < sum.length; i++) {
          sum[i] += one[i] / VIEWS.size();
        }
      }
    }

    try (FineTunedModel averaging = model.withViews(VIEWS)) {
      assertThat(array(averaging.classify(pixels(7)))).containsExactly(sum, CLOSE);
    }
  }

  @Test
  void should_evaluate_what_it_classifies() {
    try (FineTunedModel averaging = model.withViews(VIEWS)) {
      List<Integer> progress = new ArrayList<>();
      Evaluation evaluation = averaging.classifier().evaluate(IMAGES, progress::add);

      double loss = 0;
      int right = 0;
      List<Prediction> predictions = averaging.classify(pixels());
      for (int i = 0; i < IMAGES.size(); i++) {
        loss -= Math.log(predictions.get(i).probabilities().get(IMAGES.label(i))) / IMAGES.size();
        right += predictions.get(i).best().index() == IMAGES.label(i) ? 1 : 0;
      }
      assertThat(evaluation.count()).isEqualTo(IMAGES.size());
      assertThat(evaluation.loss()).isCloseTo(loss, EXACT);
      assertThat(evaluation.accuracy()).isEqualTo((double) right / IMAGES.size());
      assertThat(averaging.evaluate(IMAGES).loss()).isEqualTo(evaluation.loss());
      // 200 inputs in batches of 32.
      assertThat(progress).containsExactly(6, 12, 19, 25, 32, 38, 40);
    }
  }

  @Test
  void should_not_depend_on_the_order_of_the_views() {
    List<View> reversed = new ArrayList<>(VIEWS.list());
    Collections.reverse(reversed);

    try (FineTunedModel first = model.withViews(VIEWS);
        FineTunedModel second = model.withViews(new Views(reversed))) {
      assertThat(second.evaluate(IMAGES).loss()).isCloseTo(first.evaluate(IMAGES).loss(), CLOSE);
      for (int i = 0; i < IMAGES.size(); i++) {
        assertThat(array(second.classify(pixels(i))))
            .containsExactly(array(first.classify(pixels(i))), CLOSE);
      }
    }
  }

  @Test
  void should_compute_the_same_bits_with_the_identity_alone() throws IOException {
    try (FineTunedModel averaging = model.withViews(VIEWS);
        FineTunedModel plain = averaging.withViews(Views.of(View.identity()))) {
      assertThat(plain.classify(pixels())).isEqualTo(model.classify(pixels()));
      assertThat(plain.logits(pixels(3))).containsExactly(model.logits(pixels(3)));
      assertThat(plain.evaluate(IMAGES).loss()).isEqualTo(model.evaluate(IMAGES).loss());
      plain.save(folder.resolve("plain.zip"));
      model.save(folder.resolve("model.zip"));
      assertThat(folder.resolve("plain.zip")).hasSameBinaryContentAs(folder.resolve("model.zip"));
    }
  }

  @Test
  void should_be_saved_and_loaded_with_its_views() throws IOException {
    Path file = folder.resolve("model.zip");
    Path again = folder.resolve("again.zip");
    try (FineTunedModel averaging = model.withViews(VIEWS)) {
      averaging.save(file);

      try (FineTunedModel loaded = FineTunedModel.load(file);
          TrainedModel any = Models.load(file)) {
        loaded.save(again);
        assertThat(loaded.views()).isEqualTo(VIEWS);
        assertThat(((FineTunedModel) any).views()).isEqualTo(VIEWS);
        assertThat(loaded.classify(pixels())).isEqualTo(averaging.classify(pixels()));
        assertThat(loaded.history()).isEqualTo(model.history());
      }
    }
    assertThat(again).hasSameBinaryContentAs(file);
    JsonNode json =
        new ObjectMapper().readTree(requireNonNull(ModelZips.read(file).get(ModelZips.JSON)));
    assertThat(json.get("views")).hasSize(5);
    assertThat(json.at("/views/2").toString())
        .isEqualTo("{\"zoom\":1.0,\"right\":0.2,\"down\":-0.1,\"degrees\":0.0,\"mirrored\":false}");
  }

  @Test
  void should_drop_the_views_when_it_is_continued() {
    try (FineTunedModel averaging = model.withViews(VIEWS);
        FineTunedModel plain =
            FineTune.from(model).train(IMAGES, IMAGES, TrainOptions.defaults().epochs(1));
        FineTunedModel continued =
            FineTune.from(averaging).train(IMAGES, IMAGES, TrainOptions.defaults().epochs(1))) {
      assertThat(continued.views().isNone()).isTrue();
      assertThat(continued.weights().tensors()).isEqualTo(plain.weights().tensors());
    }
  }

  @Test
  void should_close_apart_from_the_model_that_it_was_made_from() {
    FineTunedModel averaging = model.withViews(VIEWS);
    averaging.close();

    assertThatThrownBy(() -> averaging.classify(pixels(0))).hasMessageContaining("closed");
    assertThat(model.classify(pixels(0))).isNotNull();
    try (FineTunedModel open = averaging.withViews(VIEWS)) {
      assertThat(open.classify(pixels(0))).isNotNull();
    }
  }

  /** Once for the check, once for the views. */
  @ParameterizedTest
  @ValueSource(ints = {2, 33, 64})
  void should_decode_each_image_once_whatever_the_number_of_views(int count) {
    AtomicInteger decoded = new AtomicInteger();
    ImageDataset counting =
        ImageDataset.of(
            IntStream.range(0, 5).boxed().toList(),
            i -> "class-" + i % 3,
            i -> "image " + i,
            i -> {
              decoded.incrementAndGet();
              return pixels(i);
            });
    Views many = new Views(IntStream.range(0, count).mapToObj(View.identity()::rotate).toList());

    try (FineTunedModel averaging = model.withViews(many)) {
      assertThat(averaging.evaluate(counting).count()).isEqualTo(5);
    }

    assertThat(decoded).hasValue(10);
  }

  @Test
  void should_hand_its_means_to_deeplearning4j() {
    try (FineTunedModel averaging = model.withViews(VIEWS)) {
      assertThat(Dl4jOutputs.probabilities(averaging, List.of(pixels(2))).toDoubleVector())
          .containsExactly(byHand(pixels(2)), CLOSE);
    }
  }

  @Test
  void should_name_an_image_that_it_cannot_prepare() {
    float[] planes = new float[3 * 8 * 8];
    planes[70] = Float.NaN;

    try (FineTunedModel averaging = model.withViews(VIEWS)) {
      assertThatThrownBy(() -> averaging.classify(Pixels.ofPlanes(8, 8, planes)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must be finite");
    }
  }
}
