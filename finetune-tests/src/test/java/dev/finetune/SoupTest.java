package dev.finetune;

import static dev.finetune.head.HeadLayers.batchNorm;
import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.head.HeadLayers.dropout;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finetune.data.ImageDataset;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.head.HeadLayer;
import dev.finetune.image.Views;
import dev.finetune.internal.soup.WeightMean;
import dev.finetune.testing.ModelZips;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.Adam;
import dev.finetune.train.TrainOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("numeric")
class SoupTest {

  private static final SyntheticImages TRAIN = new SyntheticImages(3, 24, 8, 1);
  private static final SyntheticImages VALID = new SyntheticImages(3, 15, 8, 2);

  private static FineTunedModel first;

  /** Models that continue the same one with other seeds. */
  private static List<FineTunedModel> models;

  @TempDir Path folder;

  @BeforeAll
  static void train() {
    first = model(TRAIN, 1, batchNorm(), dense(5));
    models = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      models.add(
          FineTune.from(first)
              .freezeAllBut(2)
              .train(
                  TRAIN,
                  VALID,
                  TrainOptions.defaults()
                      .epochs(4)
                      .batch(4)
                      .seed(i)
                      .optimizer(Adam.adam(1e-2))
                      .note("options", "of model " + i)));
    }
  }

  private static FineTunedModel model(ImageDataset train, long seed, HeadLayer... head) {
    return FineTune.from(RandomBackbones.backbone(6, 3))
        .freezeAllBut(2)
        .head(head)
        .train(train, train, TrainOptions.defaults().epochs(1).seed(seed));
  }

  private static double score(FineTunedModel model) {
    return certainty(model.evaluate(VALID));
  }

  private static double certainty(Evaluation evaluation) {
    return -evaluation.loss();
  }

  private static JsonNode provenance(FineTunedModel model) {
    try {
      return new ObjectMapper().readTree(model.provenanceJson());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void should_average_the_weights_of_its_members() throws IOException {
    FineTunedModel soup = FineTunedModel.soup(models, VALID, SoupTest::certainty);

    JsonNode made = provenance(soup).get("soup");
    List<FineTunedModel> members = new ArrayList<>();
    for (JsonNode member : made.get("members")) {
      FineTunedModel model = models.get(member.at("/provenance/seed").asInt());
      members.add(model);
      Path file = folder.resolve("member.zip");
      model.save(file);
      assertThat(
              new String(
                  requireNonNull(ModelZips.read(file).get(ModelZips.SUMS)),
                  StandardCharsets.US_ASCII))
          .contains(member.get("weightsSha256").asText() + "  weights.safetensors");
      assertThat(member.get("score").asDouble()).isEqualTo(score(model));
    }
    assertThat(members).hasSizeGreaterThan(1); // otherwise this tests little
    assertThat(soup.weights().tensors())
        .isEqualTo(
            WeightMean.of(first.graph(), members.stream().map(TrainedModel::weights).toList())
                .tensors());
    double best = models.stream().mapToDouble(SoupTest::score).max().orElseThrow();
    assertThat(score(members.get(0))).isEqualTo(best);
    assertThat(score(soup)).isEqualTo(made.get("score").asDouble()).isGreaterThanOrEqualTo(best);
    assertThat(soup.history()).isEqualTo(members.get(0).history());
    assertThat(soup.planJson()).isEqualTo(members.get(0).planJson());
    assertThat(made.get("candidates").asInt()).isEqualTo(4);
    // Nobody can train a soup again with the options of one member.
    assertThat(provenance(soup).has("notes")).isFalse();
    assertThat(made.at("/members/0/provenance/notes/options").asText()).startsWith("of model ");
    assertThat(provenance(members.get(0)).has("notes")).isTrue();
  }

  @Test
  void should_be_saved_loaded_and_continued_like_other_models() throws IOException {
    Path file = folder.resolve("soup.zip");
    FineTunedModel soup = FineTunedModel.soup(models, VALID);
    soup.save(file);

    FineTunedModel loaded = FineTunedModel.load(file);

    assertThat(loaded.weights().tensors()).isEqualTo(soup.weights().tensors());
    assertThat(loaded.provenanceJson()).isEqualTo(soup.provenanceJson());
    assertThat(soup.evaluate(VALID).accuracy())
        .isGreaterThanOrEqualTo(
            models.stream().mapToDouble(m -> m.evaluate(VALID).accuracy()).max().orElseThrow());
    assertThat(
            FineTune.from(loaded)
                .train(TRAIN, VALID, TrainOptions.defaults().epochs(1))
                .classNames())
        .isEqualTo(soup.classNames());
  }

  @Test
  void should_make_the_same_soup_of_closed_models_in_another_order() {
    FineTunedModel soup = FineTunedModel.soup(models, VALID, SoupTest::certainty);
    List<FineTunedModel> other =
        List.of(models.get(2), models.get(0), models.get(3), models.get(1)).stream()
            .map(model -> model.withViews(Views.none()))
            .toList();
    other.forEach(FineTunedModel::close);

    assertThat(FineTunedModel.soup(other, VALID, SoupTest::certainty).weights().tensors())
        .isEqualTo(soup.weights().tensors());
  }

  @Test
  void should_keep_the_views_of_its_models() {
    Views views = Views.parse("identity,hflip");
    List<FineTunedModel> averaging = models.stream().map(m -> m.withViews(views)).toList();

    FineTunedModel soup = FineTunedModel.soup(averaging, VALID, SoupTest::certainty);

    assertThat(soup.views()).isEqualTo(views);
    assertThat(score(soup)).isEqualTo(provenance(soup).at("/soup/score").asDouble());
  }

  @Test
  void should_refuse_models_that_differ() {
    FineTunedModel otherHead = model(TRAIN, 1, batchNorm(), dense(6));
    FineTunedModel longer = model(TRAIN, 1, batchNorm(), dense(5), dropout(0.5));
    FineTunedModel otherClasses =
        model(TRAIN.ofClasses(List.of("class-1", "class-0", "class-2")), 1, batchNorm(), dense(5));

    requireRefused("A soup must have at least one model, got none");
    requireRefused("the same layers, got", first, otherHead);
    requireRefused("in model 1 and", first, longer);
    requireRefused(
        "The models of a soup must have the same classes in the same order, got [class-0, class-1,"
            + " class-2] in model 1 and [class-1, class-0, class-2] in model 3",
        first,
        first,
        otherClasses);
    requireRefused(
        "The models of a soup must have the same views, got identity in model 1 and identity,hflip"
            + " in model 2",
        first,
        first.withViews(Views.parse("identity,hflip")));
    assertThatThrownBy(() -> FineTunedModel.soup(models, VALID, e -> Double.NaN))
        .hasMessage("Scores must be numbers, got NaN for model 1 of the soup");
  }

  private static void requireRefused(String message, FineTunedModel... different) {
    assertThatThrownBy(() -> FineTunedModel.soup(List.of(different), VALID))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
