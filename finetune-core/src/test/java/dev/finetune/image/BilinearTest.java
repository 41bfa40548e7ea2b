package dev.finetune.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.testing.Goldens;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BilinearTest {

  static Stream<JsonNode> cases() {
    return StreamSupport.stream(Goldens.read("resize.json").spliterator(), false);
  }

  /** The golden values come from torch's interpolate, for inputs from 0 to 255. */
  @ParameterizedTest
  @MethodSource("cases")
  void should_equal_the_reference_within_1e_4(JsonNode golden) {
    int height = golden.get("height").asInt();
    int width = golden.get("width").asInt();
    float[] values = Goldens.wave(3 * height * width, 0.7);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((Math.sin(i * 0.7 + 0.7) + 1) * 127.5);
    }

    Pixels resized =
        Bilinear.resize(
            Pixels.ofPlanes(height, width, values),
            golden.get("outHeight").asInt(),
            golden.get("outWidth").asInt());

    assertThat(resized.planes())
        .containsExactly(Goldens.floats(golden.get("values")), Offset.offset(1e-4f));
  }

  @Test
  void should_return_an_image_that_has_the_size_already() {
    Pixels image = Pixels.ofPlanes(2, 3, new float[18]);

    assertThat(Bilinear.resize(image, 2, 3)).isSameAs(image);
  }
}
