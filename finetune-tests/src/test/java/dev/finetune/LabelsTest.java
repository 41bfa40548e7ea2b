package dev.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.backbone.Backbone;
import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.image.Pixels;
import dev.finetune.report.Grids;
import dev.finetune.testing.ChangedImages;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.TrainOptions;
import java.io.IOException;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

/** Invalid labels and unreadable images are refused by name before training starts. */
class LabelsTest {

  private static final Backbone BACKBONE = RandomBackbones.backbone(3, 5);
  private static final ChangedImages GOOD = ChangedImages.of(new SyntheticImages(3, 12, 8, 1));

  private static FineTunedModel train(ImageDataset train, ImageDataset valid) {
    return FineTune.from(BACKBONE).train(train, valid, TrainOptions.defaults().epochs(1));
  }

  private static ImageDataset withLabel(int index, int label) {
    return GOOD.labels(i -> i == index ? label : i % 3);
  }

  @Test
  void should_list_every_label_out_of_range() {
    ImageDataset train = GOOD.labels(i -> i == 4 ? -1 : i == 7 ? 3 : i % 3);

    assertThatThrownBy(() -> train(train, withLabel(9, 99)))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(
            "3 problems",
            "synthetic-4: the label must be from 0 to 2 for the classes"
                + " [class-0, class-1, class-2], got -1",
            "synthetic-7: the label must be",
            "got 3",
            "synthetic-9: the label must be",
            "got 99");
  }

  @Test
  void should_check_labels_before_evaluation_too() throws IOException {
    FineTunedModel model = train(GOOD, GOOD);

    assertThatThrownBy(() -> model.evaluate(withLabel(2, -1)))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("synthetic-2: the label must be", "got -1");
    assertThatThrownBy(() -> Grids.images(withLabel(2, 3), 3, 4, name -> name, 1))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("synthetic-2: the label must be", "got 3");
    assertThatThrownBy(() -> withLabel(2, 3).oneHot(2))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("synthetic-2");
    assertThatThrownBy(() -> Evaluation.tally(GOOD.classNames()).add(new float[3], 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("0 to 2", "label 3");
  }

  @Test
  void should_name_the_image_whose_label_fails() {
    ImageDataset failing =
        GOOD.labels(
            i -> {
              if (i == 7) {
                throw new NoSuchElementException("no such row");
              }
              return i % 3;
            });

    assertThatThrownBy(() -> train(failing, GOOD))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("synthetic-7: ChangedImages.label(7)", "no such row")
        .hasCauseInstanceOf(NoSuchElementException.class);
  }

  @Test
  void should_refuse_a_class_without_a_training_image() {
    ImageDataset two = GOOD.labels(i -> i % 2);

    assertThatThrownBy(() -> train(two, GOOD))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("1 problem)", "class-2: none of the 12");
    // Validation images may lack a class.
    assertThat(train(GOOD, two).history().epochs()).hasSize(1);
  }

  @Test
  void should_refuse_too_few_or_repeated_class_names() {
    ImageDataset one = GOOD.classNames("only").labels(i -> 0);
    ImageDataset twice = GOOD.classNames("cat", "dog", "cat");

    assertThatThrownBy(() -> train(one, one))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("at least 2 classes", "1: [only]");
    assertThatThrownBy(() -> train(twice, twice))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("distinct", "[cat]");
    FineTunedModel model = train(GOOD, GOOD);
    assertThatThrownBy(() -> model.evaluate(GOOD.classNames("class-0", "class-1", "class-1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[class-1]");
    assertThatThrownBy(
            () ->
                ImageClassifier.of(
                    model.input(), List.of("a", "b", "a"), model.graph(), model.weights()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[a]");
  }

  @Test
  @SuppressWarnings("NullAway") // one of the loader's faults is to return null
  void should_list_every_image_that_cannot_be_loaded() {
    ImageDataset failing =
        GOOD.loader(
            i -> {
              if (i == 1) {
                throw new IllegalStateException("connection closed");
              } else if (i == 2) {
                throw new IOException("end of stream");
              } else if (i == 3) {
                throw new IOException();
              } else if (i == 5) {
                return withValue(Float.NaN);
              } else if (i == 6) {
                return withValue(Float.NEGATIVE_INFINITY);
              }
              return i == 4 ? null : GOOD.images().load(i);
            });

    assertThatThrownBy(() -> train(failing, GOOD))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(
            "6 problems",
            "synthetic-1: ChangedImages.load(1) threw java.lang.IllegalStateException: connection",
            "synthetic-2: end of stream",
            "synthetic-3: java.io.IOException",
            "synthetic-4: ChangedImages.load(4) returned null",
            "synthetic-5: ",
            "got NaN at index 17 of 192",
            "synthetic-6: ",
            "-Infinity")
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  private static Pixels withValue(float value) {
    float[] planes = new float[3 * 8 * 8];
    planes[17] = value;
    return Pixels.ofPlanes(8, 8, planes);
  }
}
