package dev.finetune.dl4j;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;
import static com.google.common.base.Preconditions.checkState;

import dev.finetune.image.Pixels;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;

/**
 * Images in ND4J's arrays: says how they lie there, and reads them.
 *
 * <pre>{@code
 * Pixels photo = Dl4jImages.dataVec().image(new NativeImageLoader().asMatrix(file));
 * List<Pixels> batch = Dl4jImages.nhwc(ChannelOrder.RGB).from0To1().images(array);
 * }</pre>
 *
 * <p>An array tells neither its layout nor the order of its colours, so that both are given. Arrays
 * may be of any numeric type, order and strides, and in a workspace; they are copied and not
 * changed. One channel is grey: it becomes red, green and blue.
 *
 * <p>Values are from 0 to 255 unless {@link #from0To1} or {@link #reverting} says otherwise. A
 * value that rounding left just outside is moved to the bound: by up to 0.001 in float32 and
 * float64, 0.125 in float16, 1 in bfloat16, on the scale of 0 to 255. After scaling or reverting, a
 * value within 0.001 of a whole number becomes that number. An array with fractions and no value
 * above 1 is refused, as one from 0 to 1, unless {@link #from0To255} is called.
 *
 * <p>A network that was trained on BGR values from 0 to 1 has no {@link
 * dev.finetune.image.Preprocessing} here, as one on BGR values minus ImageNet's means has ({@code
 * CAFFE}). Where all its images come as such arrays, {@code nchw(ChannelOrder.RGB)} with {@code
 * UNIT} leaves them in the order that it knows.
 *
 * <p>Immutable.
 */
public final class Dl4jImages {

  private static final ValueRange WHOLE = ValueRange.upTo(255);

  private final CNN2DFormat layout;
  private final ChannelOrder order;
  private final Optional<ValueRange> range;

  private Dl4jImages(CNN2DFormat layout, ChannelOrder order, Optional<ValueRange> range) {
    this.layout = layout;
    this.order = checkNotNull(order, "The order of the channels is given, got null");
    this.range = range;
  }

  /**
   * Returns arrays of shape (images, channels, height, width), or (channels, height, width) for one
   * image.
   */
  public static Dl4jImages nchw(ChannelOrder order) {
    return new Dl4jImages(CNN2DFormat.NCHW, order, Optional.empty());
  }

  /**
   * Returns arrays of shape (images, height, width, channels), or (height, width, channels) for one
   * image.
   */
  public static Dl4jImages nhwc(ChannelOrder order) {
    return new Dl4jImages(CNN2DFormat.NHWC, order, Optional.empty());
  }

  /**
   * Returns arrays as DataVec's {@code NativeImageLoader} reads them from files and streams, and
   * {@code ImageRecordReader} with it: {@code nchw(ChannelOrder.BGR)}. They decode with OpenCV and
   * keep its order of colours.
   */
  public static Dl4jImages dataVec() {
    return nchw(ChannelOrder.BGR);
  }

  /**
   * Says that values are from 0 to 255, even where all are at most 1, and whatever preprocessor an
   * iterator has.
   *
   * @throws IllegalStateException if something else was said before
   */
  public Dl4jImages from0To255() {
    return values(WHOLE);
  }

  /**
   * Says that values are from 0 to 1, as {@code ImagePreProcessingScaler} gives them.
   *
   * @throws IllegalStateException if something else was said before
   */
  public Dl4jImages from0To1() {
    return values(ValueRange.upTo(1));
  }

  /**
   * Says that values were from 0 to 255 and then normalised: a fitted {@code NormalizerStandardize}
   * or {@code NormalizerMinMaxScaler}, an {@code ImagePreProcessingScaler}, a {@code
   * VGG16ImagePreProcessor}. Its {@code revertFeatures} is called on a copy, of rank 4.
   *
   * @throws IllegalStateException if something else was said before
   */
  public Dl4jImages reverting(DataNormalization normalization) {
    return values(
        ValueRange.normalized(checkNotNull(normalization, "A normalisation is given, got null")));
  }

  private Dl4jImages values(ValueRange given) {
    checkState(range.isEmpty(), "The values of arrays are said once: %s, and again", describe());
    return new Dl4jImages(layout, order, Optional.of(given));
  }

  private String describe() {
    return range.map(ValueRange::toString).orElse("");
  }

  /**
   * Returns the image of an array of rank 3, or of rank 4 with one image.
   *
   * @throws IllegalArgumentException if there are several, or as {@link #images} does
   */
  public Pixels image(INDArray array) {
    ImageBatch batch = checked(array);
    checkArgument(
        batch.size() == 1, "An array of one image is needed, got %s images", batch.size());
    return batch.image(0).pixels();
  }

  /**
   * Returns the images of an array of rank 4, or the one of an array of rank 3.
   *
   * @throws IllegalArgumentException if the array has another rank, is empty, has another number of
   *     channels than 1 or 3, holds no numbers, or has a value that is NaN, infinite or out of the
   *     range that was said; the message has the rule and what came
   */
  public List<Pixels> images(INDArray array) {
    ImageBatch batch = checked(array);
    return IntStream.range(0, batch.size()).mapToObj(i -> batch.image(i).pixels()).toList();
  }

  private ImageBatch checked(INDArray array) {
    ImageBatch batch = read(array);
    for (int i = 0; i < batch.size(); i++) {
      Optional<String> fault = batch.fault(i);
      checkArgument(fault.isEmpty(), "%s, and image %s has %s", rule(), i, fault.orElse(""));
    }
    requireNotScaled(batch.highest(), batch.fractions());
    return batch;
  }

  /** Returns the images of an array before their values are checked. */
  ImageBatch read(INDArray array) {
    return ImageBatch.of(array, layout, order, range.orElse(WHOLE));
  }

  /** Returns what holds of the values. */
  String rule() {
    return "An image array's values are finite and " + range.orElse(WHOLE);
  }

  /** Whether what the values are was said. */
  boolean rangeSaid() {
    return range.isPresent();
  }

  /**
   * Checks that the values do not look like others than those that nobody said they are.
   *
   * @param highest of all values
   * @param fractions whether some are not whole
   */
  void requireNotScaled(float highest, boolean fractions) {
    checkArgument(
        range.isPresent() || highest > 1 || !fractions,
        "An image array's values are from 0 to 255, and here they are fractions up to %s. from0To1()"
            + " says that they are from 0 to 1, from0To255() that they are right",
        highest);
  }
}
