package dev.finetune.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.image.Augmentation;
import dev.finetune.image.Pixels;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class JpegAugmentationTest {

  private static final Pixels IMAGE = image(33, 47);

  /** A smooth grey image: JPEG would change colours that vary from pixel to pixel a lot. */
  private static Pixels image(int height, int width) {
    float[] planes = new float[3 * height * width];
    for (int i = 0; i < planes.length; i++) {
      int row = i / width % height;
      int column = i % width;
      planes[i] = (float) Math.rint(127.5 + 100 * Math.sin(column * 0.2) * Math.cos(row * 0.25));
    }
    return Pixels.ofPlanes(height, width, planes);
  }

  private static double difference(Pixels image, Augmentation augmentation) {
    Pixels changed = augmentation.apply(image, new SplittableRandom(1));
    double sum = 0;
    for (int i = 0; i < image.planes().length; i++) {
      sum += Math.abs(changed.planes()[i] - image.planes()[i]);
    }
    return sum / image.planes().length;
  }

  @Test
  void should_differ_more_at_a_lower_quality() {
    double high = difference(IMAGE, JpegAugmentation.jpeg(95, 95));
    double low = difference(IMAGE, JpegAugmentation.jpeg(10, 10));

    assertThat(high).isBetween(0.1, 1.0);
    assertThat(low).isBetween(2.0, 12.0);
  }

  @Test
  void should_depend_on_the_seed_only_and_keep_the_input_and_the_size() {
    Augmentation augmentation = JpegAugmentation.jpeg(5, 95);
    Set<Float> values = new HashSet<>();
    for (int seed = 0; seed < 20; seed++) {
      float[] before = IMAGE.planes().clone();
      Pixels changed = augmentation.apply(IMAGE, new SplittableRandom(seed));

      assertThat(IMAGE.planes()).isEqualTo(before);
      assertThat(augmentation.apply(IMAGE, new SplittableRandom(seed)).planes())
          .isEqualTo(changed.planes());
      assertThat(changed.height()).isEqualTo(33);
      assertThat(changed.width()).isEqualTo(47);
      for (float value : changed.planes()) {
        assertThat(value).isBetween(0f, 255f);
      }
      values.add(changed.planes()[700]);
    }
    assertThat(values).hasSizeGreaterThan(5);
    assertThat(augmentation.description()).isEqualTo("JPEG quality 5 to 95");
  }

  @Test
  void should_compress_an_image_of_one_pixel() {
    assertThat(difference(Pixels.ofPlanes(1, 1, new float[] {10, 200, 90}), jpeg())).isLessThan(5);
  }

  private static Augmentation jpeg() {
    return JpegAugmentation.jpeg(100, 100);
  }

  @Test
  void should_refuse_other_qualities() {
    for (int[] pair : new int[][] {{0, 50}, {50, 101}, {60, 50}}) {
      assertThatThrownBy(() -> JpegAugmentation.jpeg(pair[0], pair[1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "JPEG qualities must be from 1 to 100, the lowest first, got %s and %s",
              pair[0], pair[1]);
    }
  }
}
