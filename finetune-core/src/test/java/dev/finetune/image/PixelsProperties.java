package dev.finetune.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** An image is the same whether its values are stored in bytes or as floats. */
class PixelsProperties {

  private static byte[] bytes(int height, int width, long seed) {
    byte[] bytes = new byte[3 * height * width];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static float[] floats(byte[] bytes) {
    float[] floats = new float[bytes.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = bytes[i] & 0xff;
    }
    return floats;
  }

  @Property(seed = "15", tries = 100)
  void should_be_the_same_in_bytes(
      @ForAll @IntRange(min = 1, max = 9) int height,
      @ForAll @IntRange(min = 1, max = 9) int width,
      @ForAll long seed) {
    byte[] values = bytes(height, width, seed);
    Pixels inBytes = Pixels.ofBytes(height, width, values);
    Pixels inFloats = Pixels.ofPlanes(height, width, floats(values));

    assertThat(inBytes.planes()).isEqualTo(inFloats.planes());
    assertThat(inBytes.copy()).isEqualTo(inFloats.copy());
    assertThat(inFloats.inBytes().planes()).isEqualTo(inFloats.planes());
    assertThat(inFloats.inBytes().heapBytes()).isEqualTo(inBytes.heapBytes());
    assertThat(inBytes.contentHash()).isEqualTo(inFloats.contentHash());
    float[] row = new float[width];
    for (int channel = 0; channel < 3; channel++) {
      for (int y = 0; y < height; y++) {
        inBytes.row(channel, y, row);
        for (int x = 0; x < width; x++) {
          assertThat(row[x])
              .isEqualTo(inBytes.at(channel, y, x))
              .isEqualTo(inFloats.at(channel, y, x));
        }
      }
    }
    assertThat(Bilinear.resize(inBytes, 4, 5).planes())
        .isEqualTo(Bilinear.resize(inFloats, 4, 5).planes());
    Pixels turned = inBytes.rearranged(width, height, (y, x) -> x * width + y);
    assertThat(turned.planes())
        .isEqualTo(inFloats.rearranged(width, height, (y, x) -> x * width + y).planes());
    assertThat(turned.rearranged(height, width, (y, x) -> x * height + y).planes())
        .isEqualTo(inBytes.planes());
  }

  @Property(seed = "16", tries = 100)
  void should_have_another_hash_with_another_value_or_shape(
      @ForAll @IntRange(min = 1, max = 9) int height,
      @ForAll @IntRange(min = 1, max = 9) int width,
      @ForAll @IntRange(min = 0, max = 242) int at,
      @ForAll long seed) {
    byte[] values = bytes(height, width, seed);
    long hash = Pixels.ofBytes(height, width, values).contentHash();
    byte[] other = values.clone();
    other[at % other.length]++;
    float[] fraction = floats(values);
    fraction[at % fraction.length] += 0.5f;

    assertThat(Pixels.ofBytes(height, width, other).contentHash()).isNotEqualTo(hash);
    assertThat(Pixels.ofPlanes(height, width, fraction).contentHash()).isNotEqualTo(hash);
    if (height != width) {
      assertThat(Pixels.ofBytes(width, height, values).contentHash()).isNotEqualTo(hash);
    }
  }

  @Example
  void should_keep_floats_that_are_no_bytes() {
    for (float value : new float[] {-0f, -1, 256, 0.5f, Float.NaN, Float.POSITIVE_INFINITY}) {
      float[] planes = {1, value, 3};
      Pixels image = Pixels.ofPlanes(1, 1, planes);

      assertThat(image.inBytes()).isSameAs(image);
      assertThat(image.planes()).isSameAs(planes);
    }
  }

  @Example
  void should_refuse_another_number_of_values() {
    assertThatThrownBy(() -> Pixels.ofBytes(2, 2, new byte[11]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got height 2, width 2 and 11 values");
    assertThatThrownBy(() -> Pixels.ofBytes(1, 1, new byte[3]).rearranged(0, 1, (y, x) -> 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("height and width must be >= 1, got 0 x 1");
  }
}
