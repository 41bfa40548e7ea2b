package dev.finetune.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.graph.layer.Shape;
import dev.finetune.weights.Tensor;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Tests every conversion of layouts value by value: each value of a file's tensor is its own index,
 * and is looked up at the index that the definitions of the layouts give.
 */
class LayoutProperties {

  /** Returns a tensor whose values are their own indices. */
  private static Tensor places(Integer... shape) {
    int count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i;
    }
    return Tensor.of(List.of(shape), values);
  }

  private static float at(Tensor tensor, int... index) {
    int place = 0;
    for (int d = 0; d < index.length; d++) {
      place = place * tensor.shape().get(d) + index[d];
    }
    return tensor.values()[place];
  }

  @Property(tries = 50, seed = "42")
  void keras_convolutions(
      @ForAll @IntRange(min = 1, max = 4) int height,
      @ForAll @IntRange(min = 1, max = 4) int width,
      @ForAll @IntRange(min = 1, max = 5) int in,
      @ForAll @IntRange(min = 1, max = 5) int out) {
    Tensor file = places(height, width, in, out);

    Tensor converted = KerasLayouts.convolution(file);

    assertThat(converted.shape()).containsExactly(out, in, height, width);
    for (int i = 0; i < converted.values().length; i++) {
      int[] index = index(i, out, in, height, width);
      assertThat(at(converted, index)).isEqualTo(at(file, index[2], index[3], index[1], index[0]));
    }
  }

  /** Filter m of channel c becomes filter c * multiplier + m. */
  @Property(tries = 50, seed = "42")
  void keras_depthwise_convolutions(
      @ForAll @IntRange(min = 1, max = 4) int height,
      @ForAll @IntRange(min = 1, max = 4) int width,
      @ForAll @IntRange(min = 1, max = 5) int channels,
      @ForAll @IntRange(min = 1, max = 3) int multiplier) {
    Tensor file = places(height, width, channels, multiplier);

    Tensor converted = KerasLayouts.depthwise(file);

    assertThat(converted.shape()).containsExactly(channels * multiplier, 1, height, width);
    for (int i = 0; i < converted.values().length; i++) {
      int[] index = index(i, channels * multiplier, 1, height, width);
      assertThat(at(converted, index))
          .isEqualTo(at(file, index[2], index[3], index[0] / multiplier, index[0] % multiplier));
    }
  }

  @Property(tries = 50, seed = "42")
  void keras_dense_layers_at_every_place(
      @ForAll @IntRange(min = 1, max = 6) int in, @ForAll @IntRange(min = 1, max = 6) int out) {
    Tensor file = places(in, out);

    Tensor converted = KerasLayouts.pointwise(file);

    assertThat(converted.shape()).containsExactly(out, in, 1, 1);
    for (int i = 0; i < converted.values().length; i++) {
      assertThat(converted.values()[i]).isEqualTo(at(file, i % in, i / in));
    }
  }

  /** Row (c, h, w) of the converted kernel is row (h, w, c) of Keras' file. */
  @Property(tries = 50, seed = "42")
  void keras_dense_layers_behind_a_flattened_image(
      @ForAll @IntRange(min = 1, max = 4) int channels,
      @ForAll @IntRange(min = 1, max = 4) int height,
      @ForAll @IntRange(min = 1, max = 4) int width,
      @ForAll @IntRange(min = 1, max = 3) int units) {
    Tensor file = places(height * width * channels, units);

    Tensor converted = KerasLayouts.rows(file, Shape.image(channels, height, width));

    assertThat(converted.shape()).isEqualTo(file.shape());
    for (int i = 0; i < converted.values().length; i++) {
      int[] index = index(i, channels, height, width, units);
      int row = (index[1] * width + index[2]) * channels + index[0];
      assertThat(converted.values()[i]).isEqualTo(at(file, row, index[3]));
    }
  }

  @Property(tries = 50, seed = "42")
  void torch_dense_layers(
      @ForAll @IntRange(min = 1, max = 6) int in, @ForAll @IntRange(min = 1, max = 6) int out) {
    Tensor file = places(out, in);

    Tensor converted = TorchLayouts.dense(file);

    assertThat(converted.shape()).containsExactly(in, out);
    for (int i = 0; i < converted.values().length; i++) {
      assertThat(converted.values()[i]).isEqualTo(at(file, i % out, i / out));
    }
  }

  /** timm's VGG reads the whole image with a convolution, which is a dense layer here. */
  @Property(tries = 50, seed = "42")
  void torch_convolutions_as_dense_layers(
      @ForAll @IntRange(min = 1, max = 4) int out,
      @ForAll @IntRange(min = 1, max = 4) int in,
      @ForAll @IntRange(min = 1, max = 3) int side) {
    Tensor file = places(out, in, side, side);

    Tensor converted = TorchLayouts.dense(TorchLayouts.flat(file));

    assertThat(converted.shape()).containsExactly(in * side * side, out);
    for (int i = 0; i < file.values().length; i++) {
      int[] index = index(i, out, in, side, side);
      int row = (index[1] * side + index[2]) * side + index[3];
      assertThat(at(converted, row, index[0])).isEqualTo(at(file, index));
    }
  }

  @Property(tries = 20, seed = "42")
  void torch_dense_layers_at_every_place_and_factors_keep_their_order(
      @ForAll @IntRange(min = 1, max = 6) int in, @ForAll @IntRange(min = 1, max = 6) int out) {
    assertThat(TorchLayouts.pointwise(places(out, in))).isEqualTo(places(out, in, 1, 1));
    assertThat(TorchLayouts.perChannel(places(out, 1, 1))).isEqualTo(places(out));
  }

  private static int[] index(int place, int... shape) {
    int[] index = new int[shape.length];
    int rest = place;
    for (int d = shape.length - 1; d >= 0; d--) {
      index[d] = rest % shape[d];
      rest /= shape[d];
    }
    return index;
  }
}
