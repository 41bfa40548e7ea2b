package dev.finetune.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.image.Pixels;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;
import org.nd4j.linalg.dataset.api.preprocessor.ImagePreProcessingScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.dataset.api.preprocessor.VGG16ImagePreProcessor;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Images from arrays. */
class Dl4jImagesTest {

  private static final List<DataType> TYPES =
      List.of(
          DataType.FLOAT,
          DataType.DOUBLE,
          DataType.FLOAT16,
          DataType.BFLOAT16,
          DataType.UINT8,
          DataType.INT16,
          DataType.INT32,
          DataType.INT64);

  /** Returns an array of random integers from 0 to 255 with the dimensions N, C, H, W. */
  private static INDArray drawn(Random random, long... nchw) {
    float[] values = new float[(int) (nchw[0] * nchw[1] * nchw[2] * nchw[3])];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(256);
    }
    return Nd4j.createFromArray(values).reshape('c', nchw);
  }

  private static INDArray small() {
    return drawn(new Random(5), 2, 3, 4, 5);
  }

  private static void requireSame(List<Pixels> images, INDArray nchw, boolean bgr) {
    assertThat(images).hasSize((int) nchw.size(0));
    for (int i = 0; i < images.size(); i++) {
      Pixels image = images.get(i);
      assertThat(List.of(image.height(), image.width()))
          .isEqualTo(List.of((int) nchw.size(2), (int) nchw.size(3)));
      for (int c = 0; c < 3; c++) {
        int channel = nchw.size(1) == 1 ? 0 : bgr ? 2 - c : c;
        for (int y = 0; y < image.height(); y++) {
          for (int x = 0; x < image.width(); x++) {
            assertThat(image.at(c, y, x)).isEqualTo(nchw.getFloat(i, channel, y, x));
          }
        }
      }
    }
  }

  /** Values are read by index, whatever the array's order and strides. */
  @Property(tries = 150, seed = "17")
  void should_read_any_type_order_and_view(
      @ForAll @IntRange(min = 1, max = 3) int images,
      @ForAll @IntRange(min = 1, max = 5) int height,
      @ForAll @IntRange(min = 1, max = 5) int width,
      @ForAll @IntRange(max = 7) int type,
      @ForAll boolean grey,
      @ForAll boolean last,
      @ForAll boolean bgr,
      @ForAll boolean fortran,
      @ForAll boolean view,
      @ForAll long seed) {
    INDArray nchw = drawn(new Random(seed), images, grey ? 1 : 3, height, width);
    // NHWC as a permuted view, as NativeImageLoader returns it.
    INDArray logical = last ? nchw.permute(0, 2, 3, 1) : nchw;
    INDArray array = logical.castTo(TYPES.get(type)).dup(fortran ? 'f' : 'c');
    if (view) {
      long[] shape = array.shape();
      INDArray larger =
          Nd4j.create(
              array.dataType(),
              new long[] {shape[0] + 2, shape[1], shape[2] + 1, shape[3]},
              fortran ? 'f' : 'c');
      INDArray inside =
          larger.get(
              NDArrayIndex.interval(1, shape[0] + 1),
              NDArrayIndex.all(),
              NDArrayIndex.interval(1, shape[2] + 1),
              NDArrayIndex.all());
      inside = inside.reshape(shape);
      inside.assign(array);
      array = inside;
    }
    ChannelOrder order = bgr ? ChannelOrder.BGR : ChannelOrder.RGB;

    List<Pixels> read =
        (last ? Dl4jImages.nhwc(order) : Dl4jImages.nchw(order)).from0To255().images(array);

    requireSame(read, nchw, bgr);
  }

  @Test
  void should_read_one_image_of_rank_3_or_4() {
    INDArray one = drawn(new Random(1), 1, 3, 4, 6);

    requireSame(List.of(Dl4jImages.dataVec().image(one)), one, true);
    requireSame(List.of(Dl4jImages.dataVec().image(one.reshape(3, 4, 6))), one, true);
    assertThatThrownBy(() -> Dl4jImages.dataVec().image(small()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("An array must have exactly one image, got 2 images");
  }

  /** Integer values are restored exactly after scaling. */
  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void should_scale_values_from_0_to_1(DataType type) {
    INDArray whole = drawn(new Random(3), 4, 3, 16, 16);

    List<Pixels> read =
        Dl4jImages.nchw(ChannelOrder.RGB).from0To1().images(whole.castTo(type).div(255));

    requireSame(read, whole, false);
  }

  static Stream<DataNormalization> normalizations() {
    return Stream.of(
        new ImagePreProcessingScaler(),
        new ImagePreProcessingScaler(-1, 1),
        new VGG16ImagePreProcessor(),
        new NormalizerStandardize(),
        new NormalizerMinMaxScaler());
  }

  @ParameterizedTest
  @MethodSource("normalizations")
  void should_revert_what_a_normalisation_did(DataNormalization normalization) {
    INDArray whole = drawn(new Random(3), 4, 3, 8, 8);
    normalization.fit(new DataSet(whole.dup(), Nd4j.zeros(4, 2)));
    INDArray normalized = whole.dup();
    normalization.transform(normalized);
    INDArray before = normalized.dup();
    Dl4jImages images = Dl4jImages.dataVec().reverting(normalization);

    requireSame(images.images(normalized), whole, true);
    requireSame(
        List.of(images.image(normalized.get(NDArrayIndex.point(2)))),
        whole.get(NDArrayIndex.interval(2, 3)),
        true);
    assertThat(normalized).isEqualTo(before);
  }

  /** Half precision has 11 bits: values up to 255 are exact to 1/8, and rounding is tolerated. */
  @Test
  void should_revert_half_precision() {
    INDArray whole = drawn(new Random(4), 4, 3, 16, 16);
    INDArray normalized = whole.dup();
    VGG16ImagePreProcessor normalization = new VGG16ImagePreProcessor();
    normalization.transform(normalized);

    List<Pixels> read =
        Dl4jImages.nchw(ChannelOrder.RGB)
            .reverting(normalization)
            .images(normalized.castTo(DataType.FLOAT16));

    float[] expected = whole.get(NDArrayIndex.point(1)).dup('c').data().asFloat();
    assertThat(read.get(1).planes()).containsExactly(expected, Offset.offset(0.125f));
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of("[6, 4]", Nd4j.zeros(6, 4)),
        Arguments.of("got 2 in the shape [2, 2, 4, 5]", Nd4j.zeros(2, 2, 4, 5)),
        Arguments.of("must be numeric, got the type BOOL", small().castTo(DataType.BOOL)),
        Arguments.of("[0, 3, 4, 5]", Nd4j.create(DataType.FLOAT, 0, 3, 4, 5)),
        Arguments.of(
            "from 0 to 255, got image 1 with NaN in channel 2, row 3, column 4",
            small().putScalar(new int[] {1, 2, 3, 4}, Float.NaN)),
        Arguments.of(
            "image 0 with Infinity in channel 0, row 0, column 1",
            small().putScalar(new int[] {0, 0, 0, 1}, Float.POSITIVE_INFINITY)),
        Arguments.of("image 0 with 256.0", small().putScalar(new int[] {0, 0, 0, 1}, 256)),
        Arguments.of("image 0 with -1.0", small().putScalar(new int[] {0, 0, 0, 1}, -1)),
        Arguments.of("image 0 with -1", Nd4j.ones(DataType.INT8, 1, 3, 2, 2).neg()),
        Arguments.of("from0To1()", small().div(255)));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void should_refuse_invalid_image_arrays(String message, INDArray array) {
    assertThatThrownBy(() -> Dl4jImages.dataVec().images(array))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void should_enforce_the_stated_range() {
    assertThatThrownBy(() -> Dl4jImages.dataVec().from0To1().images(small()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "The values of an image array must be finite and from 0 to 1, got image 0");
    assertThatThrownBy(() -> Dl4jImages.dataVec().from0To1().from0To255())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The range of the values must be stated once, got another after \"from 0 to 1\"");
    assertThat(Dl4jImages.dataVec().from0To255().images(small().div(255))).hasSize(2);
  }

  @Test
  void should_read_arrays_in_workspaces_without_using_the_workspace() {
    INDArray expected = small();
    WorkspaceConfiguration megabyte = WorkspaceConfiguration.builder().initialSize(1 << 20).build();
    try (MemoryWorkspace workspace =
        Nd4j.getWorkspaceManager().getAndActivateWorkspace(megabyte, "Dl4jImagesTest")) {
      INDArray array = expected.dup();
      assertThat(array.isAttached()).isTrue();
      long used = workspace.getPrimaryOffset();
      assertThat(used).isPositive();

      requireSame(Dl4jImages.dataVec().images(array), expected, true);

      assertThat(workspace.getPrimaryOffset()).isEqualTo(used);
      assertThat(Nd4j.getMemoryManager().getCurrentWorkspace()).isSameAs(workspace);
    } finally {
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }
    assertThat(Nd4j.getMemoryManager().getCurrentWorkspace()).isNull();
  }
}
