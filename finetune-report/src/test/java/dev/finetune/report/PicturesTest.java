package dev.finetune.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.finetune.evaluate.Prediction;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.EpochResult;
import dev.finetune.train.History;
import dev.finetune.train.Score;
import dev.finetune.train.TrainingEnd;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PicturesTest {

  /** {@link MissingFontsTest} covers systems without fonts. */
  @BeforeAll
  static void needFonts() {
    try {
      Fonts.require();
    } catch (IllegalStateException e) {
      assumeThat(false).as(e.getMessage()).isTrue();
    }
  }

  private static final SyntheticImages IMAGES = new SyntheticImages(3, 70, 8, 1);
  private static final History HISTORY =
      new History(
          List.of(
              new EpochResult(1, 2, 0.3, 2.1, 0.25, 1, 10, 0, Map.of()),
              new EpochResult(2, 1, 0.6, 1.2, 0.55, 1, 10, 0, Map.of())),
          0);

  @Test
  void should_lay_images_out_in_rows() throws IOException {
    BufferedImage grid = Grids.images(IMAGES, 4, 8, name -> name, 1);

    assertThat(grid.getWidth() * 4).isLessThan(grid.getHeight() * 8);
    assertThat(distinctColors(grid)).isGreaterThan(500);
  }

  /** Correct predictions are marked green only, wrong ones red only. */
  @Test
  void should_tell_right_from_wrong() throws IOException {
    BufferedImage right = predictions(0);
    BufferedImage wrong = predictions(1);

    assertThat(count(right, new Color(0, 140, 70))).isGreaterThan(64 * 300);
    assertThat(count(right, new Color(200, 20, 30))).isZero();
    assertThat(count(wrong, new Color(200, 20, 30))).isGreaterThan(64 * 300);
    assertThat(count(wrong, new Color(0, 140, 70))).isZero();
  }

  private static BufferedImage predictions(int off) throws IOException {
    int[] at = {0};
    return Grids.predictions(
        IMAGES,
        images ->
            images.stream()
                .map(
                    image -> {
                      int truth = IMAGES.sample(64, 3).label(at[0]++);
                      float[] logits = new float[3];
                      logits[(truth + off) % 3] = 9;
                      return Prediction.ofLogits(IMAGES.classNames(), logits);
                    })
                .toList(),
        8,
        8,
        name -> name,
        3);
  }

  @Test
  void should_draw_a_line_for_each_training() {
    BufferedImage one = Curves.compare(Map.of("scratch", HISTORY));
    BufferedImage curves = Curves.of(HISTORY);

    assertThat(count(one, new Color(0, 114, 178))).isPositive();
    assertThat(count(one, new Color(213, 94, 0))).isZero();
    assertThat(count(curves, new Color(213, 94, 0))).isPositive();
    assertThatThrownBy(() -> Curves.compare(Map.of())).hasMessageContaining("1 to 4");
  }

  /** The validation score is below 0, and its line is drawn all the same. */
  @Test
  void should_draw_scores_below_0() {
    History values =
        new History(
            List.of(
                new EpochResult(1, 2, 0.3, 2.1, -5, 1, 10, 0, Map.of()),
                new EpochResult(2, 1, 0.6, 1.2, -4, 1, 10, 0, Map.of())),
            0,
            Score.R2,
            TrainingEnd.COMPLETED);
    BufferedImage curves = Curves.of(values);
    BufferedImage right = curves.getSubimage(720, 0, 720, 480);

    assertThat(count(right, new Color(213, 94, 0))).isGreaterThan(200);
  }

  private static int count(BufferedImage image, Color color) {
    int count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        count += image.getRGB(x, y) == color.getRGB() ? 1 : 0;
      }
    }
    return count;
  }

  private static long distinctColors(BufferedImage image) {
    return Arrays.stream(
            image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth()))
        .distinct()
        .count();
  }
}
