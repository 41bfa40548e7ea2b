package dev.finetune;

import static dev.finetune.head.HeadLayers.batchNorm;
import static dev.finetune.head.HeadLayers.dense;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.engine.EngineOptions;
import dev.finetune.testing.ChangedImages;
import dev.finetune.testing.Fixtures;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.Adam;
import dev.finetune.train.TrainOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training that continues a saved model with other images and classes. */
@Tag("numeric")
class ContinuedModelTest {

  private static final Backbone BACKBONE = RandomBackbones.backbone(6, 3);
  private static final TrainOptions OPTIONS = TrainOptions.defaults().epochs(1).batch(8).seed(5);
  private static FineTunedModel model;

  @TempDir Path folder;

  @BeforeAll
  static void train() {
    ImageDataset images = images(12, "a", "b", "c");
    model =
        FineTune.from(BACKBONE)
            .freezeAllBut(2)
            .head(batchNorm(), dense(5))
            .engine(EngineOptions.defaults().threads(1))
            .train(images, images, OPTIONS);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static ImageDataset images(int size, String... names) {
    return ChangedImages.of(new SyntheticImages(names.length, size, 8, 3)).classNames(names);
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static String sha256(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      String sums =
          new String(
              zip.getInputStream(zip.getEntry("SHA256SUMS")).readAllBytes(),
              StandardCharsets.UTF_8);
      return sums.lines()
          .filter(line -> line.endsWith("weights.safetensors"))
          .findFirst()
          .orElseThrow()
          .substring(0, 64);
    }
  }

  private FineTunedModel savedAndLoaded(FineTunedModel any, String name) throws IOException {
    any.save(folder.resolve(name));
    return FineTunedModel.load(folder.resolve(name));
  }

  @Test
  void should_continue_a_continued_model_and_record_where_it_comes_from() throws IOException {
    FineTunedModel first = savedAndLoaded(model, "first.zip");
    ImageDataset cde = images(12, "e", "c", "d");

    FineTunedModel second =
        savedAndLoaded(FineTune.from(first).train(cde, cde, OPTIONS), "second.zip");
    ImageDataset dfe = images(12, "d", "f", "e");
    FineTunedModel third =
        savedAndLoaded(FineTune.from(second).train(dfe, dfe, OPTIONS), "third.zip");

    assertThat(second.classNames()).containsExactly("c", "e", "d");
    assertThat(third.classNames()).containsExactly("e", "d", "f");
    assertThat(third.evaluate(dfe).accuracy()).isBetween(0.0, 1.0);
    for (String text : List.of(third.planJson(), third.provenanceJson())) {
      JsonNode continues = json(text).get("continues");
      assertThat(continues.get("weightsSha256").asText())
          .isEqualTo(sha256(folder.resolve("second.zip")));
      assertThat(texts(continues.get("earlier")))
          .containsExactly(sha256(folder.resolve("first.zip")));
      assertThat(texts(continues.get("known"))).containsExactly("e", "d");
      assertThat(texts(continues.get("added"))).containsExactly("f");
      assertThat(texts(continues.get("removed"))).containsExactly("c");
      assertThat(continues.get("seed").asLong()).isEqualTo(5);
      assertThat(continues.get("replayedImages").asInt()).isZero();
    }
    assertThat(json(third.planJson()).get("head").asText()).isEqualTo("batchnorm,dense:5");
    assertThat(json(third.planJson()).get("backbone").asText()).isEqualTo(BACKBONE.name());
    assertThat(third.graph().names()).isEqualTo(model.graph().names());
    assertThat(third.graph().counted()).isEqualTo(model.graph().counted());
    assertThat(third.backbone().graph().names()).isEqualTo(BACKBONE.graph().names());
  }

  @Test
  void should_describe_what_it_continues() throws IOException {
    FineTunePlan plan = FineTune.from(model).freezeAllBut(2).classes(4).plan();

    model.save(folder.resolve("model.zip"));
    assertThat(plan.describe())
        .contains(
            "continues a model of 3 classes (trained by finetune, seed 5, SHA-256 of its weights "
                + sha256(folder.resolve("model.zip"))
                + "): the training images decide which of its classes stay");
    assertThat(json(plan.toJson()).at("/continues/classes").asInt()).isEqualTo(3);
    assertThat(plan.head()).isEqualTo("batchnorm,dense:5");
    assertThat(plan.engine()).isEqualTo(EngineOptions.defaults().threads(1));
    assertThat(plan.graph().outputShape().size()).isEqualTo(4);
    assertThat(FineTune.from(BACKBONE).classes(3).plan().toJson()).doesNotContain("continues");
  }

  @Test
  void should_freeze_the_backbone_by_default_and_count_its_layers_as_before() {
    assertThat(FineTune.from(model).classes(3).plan().frozenLayers())
        .isEqualTo(BACKBONE.graph().names());
    assertThat(FineTune.from(model).freezeAllBut(2).classes(3).plan().frozenLayers())
        .isEqualTo(FineTune.from(BACKBONE).freezeAllBut(2).classes(3).plan().frozenLayers());
  }

  @Test
  void should_train_on_old_images_too() throws IOException {
    ImageDataset fresh = images(4, "d", "a");
    ImageDataset old = images(12, "c", "b", "a");

    FineTunedModel all = FineTune.from(model).replay(old).train(fresh, old, OPTIONS);
    FineTunedModel two = FineTune.from(model).replay(old, 2).train(fresh, old, OPTIONS);
    FineTunedModel again = FineTune.from(model).replay(old, 2).train(fresh, old, OPTIONS);

    assertThat(all.classNames()).containsExactly("a", "b", "c", "d");
    assertThat(json(all.provenanceJson()).get("trainImages").asInt()).isEqualTo(16);
    assertThat(json(all.planJson()).at("/continues/replayedImages").asInt()).isEqualTo(12);
    assertThat(json(two.planJson()).at("/continues/replayedImages").asInt()).isEqualTo(6);
    assertThat(two.weights().tensors())
        .isEqualTo(again.weights().tensors())
        .isNotEqualTo(all.weights().tensors());
  }

  @Test
  void should_keep_classes_without_images_only_on_request() throws IOException {
    ImageDataset one = images(4, "d");

    FineTunedModel kept = FineTune.from(model).keepClasses().train(one, one, OPTIONS);

    assertThat(kept.classNames()).containsExactly("a", "b", "c", "d");
    assertThat(json(kept.planJson()).at("/continues/keepClasses").asBoolean()).isTrue();
    assertThatThrownBy(() -> FineTune.from(model).train(one, one, OPTIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 2 classes, got 1: [d]");
    // An added class needs images, and so do classes that are only named.
    assertThatThrownBy(
            () ->
                FineTune.from(model)
                    .keepClasses()
                    .train(ChangedImages.of(images(4, "d", "e")).labels(i -> 0), one, OPTIONS))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("e: none of the 4 training images");
    assertThatThrownBy(
            () ->
                FineTune.from(model)
                    .train(ChangedImages.of(images(4, "a", "d")).labels(i -> 1), one, OPTIONS))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("a: none of the 4 training images");
  }

  @Test
  void should_find_a_learning_rate_for_old_and_new_images() {
    FineTunePlan plan = FineTune.from(model).replay(images(12, "a", "b", "c")).classes(4).plan();

    assertThat(plan.findLearningRate(images(8, "d", "a"), OPTIONS).points()).isNotEmpty();
    assertThatThrownBy(() -> plan.findLearningRate(images(8, "d", "e"), OPTIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must have the plan's 4 classes, got 5");
  }

  @Test
  void should_refuse_another_head_and_name_the_alternative() {
    assertThatThrownBy(() -> FineTune.from(model).head(dense(7)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "A continued model keeps its head: use FineTune.from(model.backbone()) for another, got"
                + " FineTune.from(model) and then head(dense:7)");
  }

  @Test
  void should_refuse_replay_and_keeping_classes_without_a_model_and_twice() {
    ImageDataset old = images(6, "a", "b");

    for (Throwable failure :
        List.of(
            catchThrowable(() -> FineTune.from(BACKBONE).replay(old)),
            catchThrowable(() -> FineTune.from(BACKBONE).replay(old, 3)),
            catchThrowable(() -> FineTune.from(BACKBONE).keepClasses()))) {
      assertThat(failure)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("call FineTune.from(model)");
    }
    assertThatThrownBy(() -> FineTune.from(model).replay(old).replay(old, 3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Set replay only once, got replay(images) and then replay(images, 3)");
    assertThatThrownBy(() -> FineTune.from(model).keepClasses().keepClasses())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Set keeping classes only once");
    assertThatThrownBy(() -> FineTune.from(model).replay(old, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("perClass must be >= 1, got 0");
  }

  @Test
  void should_refuse_images_that_do_not_fit_the_plan() {
    ImageDataset abc = images(6, "a", "b", "c");
    ImageDataset abd = images(6, "a", "b", "d");

    assertThatThrownBy(() -> FineTune.from(model).classes(4).train(abd, abd, OPTIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The continued model must have the plan's 4 classes, got 3: [a, b, d]");
    assertThatThrownBy(() -> FineTune.from(model).train(abd, abc, OPTIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The validation images must have classes of the continued model, [a, b, d], got also"
                + " [c]");
    assertThatThrownBy(() -> FineTune.from(model).train(images(6, "a", "b", "a"), abd, OPTIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than once: [a]");
    assertThatThrownBy(() -> FineTune.from(model).train(abd.select(), abd, OPTIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one image each, got 0 and 6");
    assertThatThrownBy(
            () ->
                FineTune.from(model)
                    .train(
                        ChangedImages.of(abd).labels(i -> i),
                        ChangedImages.of(abd).labels(i -> i - 1),
                        OPTIONS))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("6 problems", "got 5", "got -1");
  }

  @Test
  void should_continue_a_closed_model_and_one_of_an_old_file() throws IOException {
    ImageDataset images = images(12, "class-2", "x");
    FineTunedModel old = FineTunedModel.load(Fixtures.copy("format1.zip", folder));
    old.close();

    FineTunedModel next = FineTune.from(old).train(images, images, OPTIONS);

    assertThat(savedAndLoaded(next, "next.zip").classNames()).containsExactly("class-2", "x");
  }

  /** The frozen backbones of the two models are equal. */
  @Test
  void should_not_resume_from_a_checkpoint_of_another_model() {
    ImageDataset abd = images(12, "a", "b", "d");
    FineTunedModel other =
        FineTune.from(model).train(images(12, "a", "b", "c"), images(3, "a", "b", "c"), OPTIONS);
    FineTune.from(model).train(abd, abd, OPTIONS.checkpointAt(folder));

    assertThatThrownBy(() -> FineTune.from(other).train(abd, abd, OPTIONS.resume(folder)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("A resumed training must have the settings")
        .hasMessageContaining("initialWeights was");
  }

  @Test
  void should_learn_an_added_class_with_replay_and_remember_the_others() {
    TrainOptions options =
        TrainOptions.defaults().epochs(10).batch(8).seed(1).optimizer(Adam.adam(0.01));
    SyntheticImages all = new SyntheticImages(4, 60, 8, 1);
    SyntheticImages test = new SyntheticImages(4, 40, 8, 2);
    List<String> oldNames = all.classNames().subList(0, 3);
    ImageDataset old = all.ofClasses(oldNames);
    ImageDataset added = all.ofClasses(List.of("class-3"));
    FineTunedModel first =
        FineTune.from(RandomBackbones.backbone(2, 1))
            .freezeNone()
            .head(dense(8))
            .train(old, test.ofClasses(oldNames), options);

    FineTunedModel next = FineTune.from(first).freezeNone().replay(old).train(added, test, options);

    assertThat(first.evaluate(test.ofClasses(oldNames)).accuracy()).isGreaterThan(0.9);
    assertThat(next.evaluate(test).accuracy()).isGreaterThan(0.9);
  }
}
