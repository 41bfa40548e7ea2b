package dev.finetune;

import static dev.finetune.head.HeadLayers.dense;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.data.ImageDataset;
import dev.finetune.data.ImageLoader;
import dev.finetune.image.ColourRule;
import dev.finetune.image.Pixels;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.Adam;
import dev.finetune.train.TrainOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network sees images whose colours are read by one rule. */
class ColourRuleTest {

  private static final SyntheticImages UNKNOWN = new SyntheticImages(3, 12, 8, 1);
  private static final ImageDataset SRGB = read(ColourRule.SRGB);
  private static final ImageDataset STORED = read(ColourRule.STORED);
  private static final TrainOptions OPTIONS = TrainOptions.defaults().epochs(1).batch(6).seed(2);
  private static final FineTune TRAINING =
      FineTune.from(RandomBackbones.backbone(6, 3)).freezeAllBut(2).head(dense(5));
  private static FineTunedModel model;

  @TempDir Path folder;

  /** A loader of the images as if they came from files. */
  private record Loader(Optional<ColourRule> colours) implements ImageLoader<Integer> {
    @Override
    public Pixels load(Integer index) {
      return UNKNOWN.load(index);
    }
  }

  private static ImageDataset read(ColourRule rule) {
    return ImageDataset.of(
        IntStream.range(0, UNKNOWN.size()).boxed().toList(),
        index -> UNKNOWN.classNames().get(UNKNOWN.label(index)),
        UNKNOWN::name,
        new Loader(Optional.of(rule)));
  }

  @BeforeAll
  static void train() {
    model = TRAINING.train(SRGB, SRGB, OPTIONS);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void should_be_in_the_provenance_and_in_the_file_of_a_model() throws IOException {
    Path file = folder.resolve("model.zip");
    model.save(file);

    assertThat(model.provenanceJson()).contains("\"colours\":\"srgb\"");
    try (FineTunedModel loaded = FineTunedModel.load(file)) {
      assertThat(loaded.colours()).isEqualTo(ColourRule.SRGB);
      assertThat(loaded.evaluate(SRGB).loss()).isEqualTo(model.evaluate(SRGB).loss());
    }
  }

  @Test
  void should_be_stored_for_images_that_are_no_files() {
    try (FineTunedModel other = TRAINING.train(UNKNOWN, UNKNOWN, OPTIONS)) {
      assertThat(other.provenanceJson()).doesNotContain("colours");
      assertThat(other.colours()).isEqualTo(ColourRule.STORED);
      assertThat(other.evaluate(SRGB).count()).isEqualTo(12);
    }
  }

  @Test
  void should_be_one_rule_for_training_and_evaluation() {
    assertThat(model.evaluate(UNKNOWN).count()).isEqualTo(12);
    assertThatThrownBy(() -> model.evaluate(STORED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The images must be read with the colours of the training, srgb, got stored;"
                + " withColours changes those of a dataset");
    assertThatThrownBy(() -> TRAINING.train(SRGB, STORED, OPTIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "The validation images must be read with the colours of the training images, srgb, got"
                + " stored");
  }

  @Test
  void should_be_one_rule_for_a_model_and_what_continues_it() {
    assertThatThrownBy(() -> FineTune.from(model).train(STORED, STORED, OPTIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "The training images must be read with the colours of the model, srgb, got stored");
  }

  @Test
  void should_be_one_rule_for_all_models_of_a_soup() {
    try (FineTunedModel other = TRAINING.train(STORED, STORED, OPTIONS)) {
      assertThatThrownBy(() -> FineTunedModel.soup(List.of(model, other), UNKNOWN))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "The models of a soup must have the same colours, got srgb in model 1 and stored in"
                  + " model 2");
    }
  }

  @Test
  void should_not_change_when_a_training_resumes() {
    TrainOptions options = OPTIONS.optimizer(Adam.adam(1e-3));
    Path checkpoint = folder.resolve("checkpoint");
    TRAINING.train(SRGB, SRGB, options.checkpointAt(checkpoint)).close();

    assertThatThrownBy(() -> TRAINING.train(STORED, STORED, options.epochs(2).resume(checkpoint)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("colours was srgb, got stored");
  }
}
