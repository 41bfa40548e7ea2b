package dev.finetune.internal.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.data.ImageDataset;
import dev.finetune.image.Augmentation;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class PartsTest {

  private static String failing(RuntimeException fault) {
    return Parts.required(
        "A schedule",
        new PartsTest(),
        "rate",
        () -> {
          throw fault;
        });
  }

  @Test
  void aFailureNamesThePartAndTheCall() {
    IllegalStateException fault = new IllegalStateException("mine");

    assertThatThrownBy(() -> failing(fault))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "A schedule must not fail, got java.lang.IllegalStateException: mine from"
                + " dev.finetune.internal.training.PartsTest.rate")
        .hasCause(fault);
  }

  @Test
  void nullIsNoResult() {
    assertThatThrownBy(() -> Parts.required("A schedule", this, "rate", () -> null))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "A schedule must return a value, got null from"
                + " dev.finetune.internal.training.PartsTest.rate");
  }

  @Test
  void aRefusalStaysOne() {
    assertThatThrownBy(() -> failing(new IllegalArgumentException("odd")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got java.lang.IllegalArgumentException: odd");
  }

  @Test
  void anInterruptPasses() {
    UncheckedIOException interrupt = new UncheckedIOException(new IOException("interrupted"));

    assertThatThrownBy(() -> failing(interrupt)).isSameAs(interrupt);
  }

  @Test
  void resultsPass() {
    assertThat(Parts.<Integer>required("A schedule", this, "rate", () -> 3)).isEqualTo(3);
  }

  /** An image that is not augmented would be a wrong result without a word. */
  @Test
  void anAugmentationWithoutAnImageIsRefused() throws IOException {
    Augmentation none =
        new Augmentation() {
          @Override
          @SuppressWarnings("NullAway") // the fault
          public Pixels apply(Pixels image, RandomGenerator random) {
            return null;
          }

          @Override
          public String description() {
            return "none";
          }
        };

    ImageDataset data =
        ImageDataset.of(
            List.of("row 0"),
            row -> "class",
            row -> row,
            row -> Pixels.ofPlanes(1, 1, new float[3]));

    assertThatThrownBy(() -> Variants.changed(none, data, 0, data.load(0), 1))
        .hasMessageMatching(
            "An augmentation must return a value, got null from .*PartsTest.*\\.apply for row 0");
  }
}
