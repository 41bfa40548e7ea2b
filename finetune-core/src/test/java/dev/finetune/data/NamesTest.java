package dev.finetune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.image.Pixels;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class NamesTest {

  private record Named(Supplier<List<String>> names) implements ImageDataset {
    @Override
    public List<String> classNames() {
      return names.get();
    }

    @Override
    public int size() {
      return 0;
    }

    @Override
    public int label(int index) {
      return 0;
    }

    @Override
    public String name(int index) {
      return "image";
    }

    @Override
    public Pixels load(int index) {
      return Pixels.ofPlanes(1, 1, new float[3]);
    }
  }

  private static final String RULE = "A dataset must have a list of names (1 problem):\n  ";
  private static final String CALL = Named.class.getName() + ".classNames() ";

  @Test
  void namesAreReturned() {
    assertThat(Labels.namesOf(new Named(() -> List.of("a", "b")))).containsExactly("a", "b");
  }

  @Test
  void aDatasetThatThrowsIsNamed() {
    IllegalStateException gone = new IllegalStateException("gone");
    Named data =
        new Named(
            () -> {
              throw gone;
            });

    assertThatThrownBy(() -> Labels.namesOf(data))
        .isInstanceOf(DatasetException.class)
        .hasMessage(RULE + CALL + "threw java.lang.IllegalStateException: gone")
        .hasCause(gone);
  }

  @Test
  @SuppressWarnings("NullAway") // the fault
  void nullIsNoListAndNoName() {
    assertThatThrownBy(() -> Labels.namesOf(new Named(() -> null)))
        .hasMessage(RULE + CALL + "returned null");
    assertThatThrownBy(() -> Labels.namesOf(new Named(() -> Arrays.asList("a", null))))
        .hasMessage(RULE + CALL + "returned [a, null]");
  }

  @Test
  @SuppressWarnings("NullAway") // the fault
  void anImageWithoutANameHasASubstitute() {
    ImageDataset data =
        ImageDataset.of(
            List.of("row"),
            row -> "class",
            row -> null,
            row -> Pixels.ofPlanes(1, 1, new float[3]));

    assertThat(Problems.nameOf(data, 0)).isEqualTo("image 0 (name() returned null)");
  }

  @Test
  void namesThatDifferOnlyInNormalisationAreExplained() {
    String composed = "gr\u00f6n";
    String decomposed = "gro\u0308n";

    assertThat(Labels.lookAlike(List.of("a", composed), List.of("a", decomposed)))
        .isEqualTo(
            ". In both are ["
                + decomposed
                + "], which differ only in Unicode normalisation: one side has composed letters"
                + " (NFC), the other decomposed ones (NFD). Rename one of them");
    assertThat(Labels.lookAlike(List.of("a", "b"), List.of("b", "a"))).isEmpty();
    assertThat(Labels.lookAlike(List.of("a"), List.of("b"))).isEmpty();
    assertThat(Labels.lookAlike(List.of(composed), List.of(composed))).isEmpty();
  }
}
