package dev.finetune.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessingTest {

  /** One pixel with red 255, green 100, blue 0; the expected values were computed by hand. */
  @ParameterizedTest
  @CsvSource({
    "CAFFE, -103.939, -16.779, 131.32",
    "TF, 1.0, -0.2156863, -1.0",
    "TORCH, 2.2489083, -0.2850140, -1.8044444",
    "NONE, 255, 100, 0",
  })
  void should_scale_and_order_channels(
      Preprocessing preprocessing, float first, float second, float third) {
    Pixels pixel = Pixels.ofPlanes(1, 1, new float[] {255, 100, 0});

    assertThat(preprocessing.apply(pixel))
        .containsExactly(new float[] {first, second, third}, Offset.offset(1e-4f));
  }
}
