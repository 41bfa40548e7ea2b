package dev.finetune.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageSource;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecodedImagesTest {

  /** Images whose first value is special, and which count how often each is decoded. */
  private static final class Counting implements ImageSource {
    private final float[] firsts;
    private final AtomicIntegerArray loads;

    Counting(float... firsts) {
      this.firsts = firsts;
      this.loads = new AtomicIntegerArray(firsts.length);
    }

    @Override
    public int size() {
      return firsts.length;
    }

    @Override
    public String name(int index) {
      return "image " + index;
    }

    @Override
    public Pixels load(int index) throws IOException {
      loads.incrementAndGet(index);
      return pixels(index);
    }

    Pixels pixels(int index) {
      float[] planes = new float[3 * 10 * 10];
      for (int i = 1; i < planes.length; i++) {
        planes[i] = i % 256;
      }
      planes[0] = firsts[index];
      return Pixels.ofPlanes(10, 10, planes);
    }

    int total() {
      return IntStream.range(0, size()).map(loads::get).sum();
    }
  }

  private static final float[] SPECIAL = {
    0, -0f, 255, 256, -1, 0.5f, 254.99998f, 1e-30f, 3e9f, Float.MIN_VALUE, 7, 8
  };

  @ParameterizedTest
  @ValueSource(longs = {0, 363, 364, 1000, 3000, 1 << 20})
  void should_return_the_same_bits_whatever_is_kept(long most) throws IOException {
    Counting data = new Counting(SPECIAL);
    ByteBound bound = new ByteBound(most);
    DecodedImages images = new DecodedImages(data, bound);

    DecodedImages.verify(images);
    for (int pass = 0; pass < 3; pass++) {
      for (int i = 0; i < data.size(); i++) {
        Pixels image = images.load(i);
        float[] expected = data.pixels(i).planes();
        assertThat(image.height()).isEqualTo(10);
        for (int k = 0; k < expected.length; k++) {
          assertThat(Float.floatToRawIntBits(image.planes()[k]))
              .isEqualTo(Float.floatToRawIntBits(expected[k]));
        }
      }
    }

    assertThat(bound.taken()).isBetween(0L, most);
    // Four images have whole numbers from 0 to 255 and need 364 bytes; the others need 1264.
    long all = 4 * 364 + 8 * 1264;
    if (most >= all) {
      assertThat(bound.taken()).isEqualTo(all);
      assertThat(data.total()).isEqualTo(data.size());
    } else {
      assertThat(bound.taken()).isGreaterThan(most < 364 ? -1 : 0);
      assertThat(data.total()).isGreaterThan(data.size());
    }
  }

  @Test
  void should_share_a_bound_and_take_it_once_per_image() {
    ByteBound bound = new ByteBound(3 * 364);
    Counting first = new Counting(1, 2);
    Counting second = new Counting(3, 4);
    DecodedImages one = new DecodedImages(first, bound);
    DecodedImages other = new DecodedImages(second, bound);

    DecodedImages.verify(one, other);
    DecodedImages.verify(one, other);

    assertThat(bound.taken()).isEqualTo(3 * 364);
    assertThat(first.total() + second.total()).isEqualTo(4 + 1);
  }

  @Test
  void should_take_the_bound_once_if_threads_decode_the_same_image() {
    ByteBound bound = new ByteBound(1 << 20);
    Counting data = new Counting(1, 2, 3);
    DecodedImages images = new DecodedImages(data, bound);

    IntStream.range(0, 3000)
        .parallel()
        .forEach(
            i ->
                assertThat(images.read(i % 3, pixels -> pixels.at(0, 0, 0)).value())
                    .isEqualTo(i % 3 + 1f));

    assertThat(bound.taken()).isEqualTo(3 * 364);
  }

  /** Images are compared once they are decoded, whether they are kept or not. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1 << 20})
  void should_find_images_of_another_dataset(long most) throws IOException {
    ByteBound bound = new ByteBound(most);
    DecodedImages train = new DecodedImages(new Counting(1, 2, 0.5f, 4), bound);
    DecodedImages valid = new DecodedImages(new Counting(4, 3, 0.5f, 1), bound);

    DecodedImages.verify(train);
    assertThat(valid.equalTo(train)).isEmpty();
    valid.load(0);
    assertThat(valid.equalTo(train)).containsExactly(0);
    DecodedImages.verify(valid);
    assertThat(valid.equalTo(train)).containsExactly(0, 2, 3);
    assertThat(train.equalTo(valid)).containsExactly(0, 2, 3);
  }

  @Test
  void should_list_bad_images_and_keep_none_of_them() {
    Counting data = new Counting(1, Float.NaN, 2, Float.POSITIVE_INFINITY);
    ByteBound bound = new ByteBound(1 << 20);
    DecodedImages images = new DecodedImages(data, bound);

    assertThatThrownBy(() -> DecodedImages.verify(images))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("image 1: values must be finite, got NaN")
        .hasMessageContaining("image 3: values must be finite, got Infinity");
    assertThat(bound.taken()).isEqualTo(2 * 364);
  }
}
