package dev.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.backbone.Backbone;
import dev.finetune.image.Pixels;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.weights.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("numeric")
class FeatureExtractorTest {

  private static final Backbone BACKBONE = RandomBackbones.backbone(6, 5);
  private static final SyntheticImages IMAGES = new SyntheticImages(3, 21, 9, 1);

  private static FeatureExtractor extractor() {
    return FeatureExtractor.of(
        BACKBONE.input(), BACKBONE.graph(), BACKBONE.weights(), BACKBONE.graph().outputs().get(0));
  }

  private static List<Pixels> images() {
    return IntStream.range(0, IMAGES.size()).mapToObj(IMAGES::load).toList();
  }

  @Test
  void should_compute_many_images_like_each_alone() {
    FeatureExtractor extractor = extractor();

    Tensor together = extractor.features(images());

    assertThat(together.shape().get(0)).isEqualTo(21);
    int size = together.values().length / 21;
    for (int i = 0; i < 21; i++) {
      float[] alone = extractor.features(List.of(IMAGES.load(i))).values();
      assertThat(alone).hasSize(size);
      for (int k = 0; k < size; k++) {
        assertThat(together.values()[i * size + k])
            .isCloseTo(alone[k], Offset.offset(1e-5f + 1e-5f * Math.abs(alone[k])));
      }
    }
  }

  @Test
  void should_name_the_image_that_is_bad() {
    List<Pixels> images = new ArrayList<>(images());
    float[] planes = new float[3 * 8 * 8];
    planes[70] = Float.NaN;
    images.set(13, Pixels.ofPlanes(8, 8, planes));

    assertThatThrownBy(() -> extractor().features(images))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("image 13: ", "NaN");
  }
}
