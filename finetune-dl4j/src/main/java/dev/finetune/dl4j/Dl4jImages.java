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
 * A description of the format of images in ND4J arrays, with methods that read them.
 *
 * <pre>{@code
 * Pixels photo = Dl4jImages.dataVec().image(new NativeImageLoader().asMatrix(file));
 * List<Pixels> batch = Dl4jImages.nhwc(ChannelOrder.RGB).from0To1().images(array);
 * }</pre>
 *
 * <p>An array records neither its layout nor the order of its colour channels, so both must be
 * stated. Arrays may have any numeric type, order and strides, and may be in a workspace. They are
 * copied and not changed. A single channel is grey; it is used for red, green and blue.
 *
 * <p>Values are from 0 to 255 unless {@link #from0To1} or {@link #reverting} states otherwise.
 * Values slightly out of range, because of rounding, are clipped to it. On the scale from 0 to 255,
 * the tolerance is 0.125 for float16, 1 for bfloat16 and 0.001 for all other types. After scaling
 * or reverting, a value within 0.001 of an integer is rounded to it. An array that has fractions
 * but no value above 1 is refused, because its values are probably from 0 to 1; {@link #from0To255}
 * allows it.
 *
 * <p>There is no {@link dev.finetune.image.Preprocessing} for networks trained on BGR values from 0
 * to 1. ({@code CAFFE} is for BGR values minus the means of ImageNet.) If all images of such a
 * network come from BGR arrays, read them with {@code nchw(ChannelOrder.RGB)} and use {@code UNIT}:
 * this keeps the channels in the order that the network expects.
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
    this.order = checkNotNull(order, "order must not be null");
    this.range = range;
  }

  /**
   * Returns the format of arrays of shape (images, channels, height, width), or (channels, height,
   * width) for one image.
   *
   * @param order the order of the colour channels
   * @return the format, without a stated range of values
   * @throws NullPointerException if {@code order} is null
   */
  public static Dl4jImages nchw(ChannelOrder order) {
    return new Dl4jImages(CNN2DFormat.NCHW, order, Optional.empty());
  }

  /**
   * Returns the format of arrays of shape (images, height, width, channels), or (height, width,
   * channels) for one image.
   *
   * @param order the order of the colour channels
   * @return the format, without a stated range of values
   * @throws NullPointerException if {@code order} is null
   */
  public static Dl4jImages nhwc(ChannelOrder order) {
    return new Dl4jImages(CNN2DFormat.NHWC, order, Optional.empty());
  }

  /**
   * Returns the format of arrays that DataVec's {@code NativeImageLoader} and {@code
   * ImageRecordReader} read from files and streams: {@code nchw(ChannelOrder.BGR)}. They decode
   * with OpenCV and keep its channel order.
   *
   * @return the format, without a stated range of values
   */
  public static Dl4jImages dataVec() {
    return nchw(ChannelOrder.BGR);
  }

  /**
   * States that the values are from 0 to 255, also where all of them are at most 1, and whatever
   * preprocessor an iterator has.
   *
   * @return a copy with this range
   * @throws IllegalStateException if the range was already stated
   */
  public Dl4jImages from0To255() {
    return values(WHOLE);
  }

  /**
   * States that the values are from 0 to 1, as after an {@code ImagePreProcessingScaler}.
   *
   * @return a copy with this range
   * @throws IllegalStateException if the range was already stated
   */
  public Dl4jImages from0To1() {
    return values(ValueRange.upTo(1));
  }

  /**
   * States that the values were from 0 to 255 and were then normalised.
   *
   * @param normalization the normalisation to revert: a fitted {@code NormalizerStandardize} or
   *     {@code NormalizerMinMaxScaler}, an {@code ImagePreProcessingScaler}, or a {@code
   *     VGG16ImagePreProcessor}. Its {@code revertFeatures} is called on a copy of rank 4
   * @return a copy with this normalisation
   * @throws NullPointerException if {@code normalization} is null
   * @throws IllegalStateException if the range was already stated
   */
  public Dl4jImages reverting(DataNormalization normalization) {
    return values(
        ValueRange.normalized(checkNotNull(normalization, "normalization must not be null")));
  }

  private Dl4jImages values(ValueRange given) {
    checkState(
        range.isEmpty(),
        "The range of the values must be stated once, got another after \"%s\"",
        describe());
    return new Dl4jImages(layout, order, Optional.of(given));
  }

  private String describe() {
    return range.map(ValueRange::toString).orElse("");
  }

  /**
   * Returns the only image of an array.
   *
   * @param array an array of rank 3, or of rank 4 with one image
   * @return the image
   * @throws IllegalArgumentException if there are several images, or as {@link #images} throws it
   */
  public Pixels image(INDArray array) {
    ImageBatch batch = checked(array);
    checkArgument(
        batch.size() == 1, "An array must have exactly one image, got %s images", batch.size());
    return batch.image(0).pixels();
  }

  /**
   * Returns the images of an array.
   *
   * @param array an array of rank 4, or of rank 3 for one image
   * @return the images, in order
   * @throws IllegalArgumentException if the array has another rank, is empty, does not have 1 or 3
   *     channels, is not numeric, has a value that is NaN, infinite or out of range, or appears to
   *     have values from 0 to 1 instead of 0 to 255
   */
  public List<Pixels> images(INDArray array) {
    ImageBatch batch = checked(array);
    return IntStream.range(0, batch.size()).mapToObj(i -> batch.image(i).pixels()).toList();
  }

  private ImageBatch checked(INDArray array) {
    ImageBatch batch = read(array);
    for (int i = 0; i < batch.size(); i++) {
      Optional<String> fault = batch.fault(i);
      checkArgument(fault.isEmpty(), "%s, got image %s with %s", rule(), i, fault.orElse(""));
    }
    requireNotScaled(batch.highest(), batch.fractions());
    return batch;
  }

  /** Returns the images of an array without checking their values. */
  ImageBatch read(INDArray array) {
    return ImageBatch.of(array, layout, order, range.orElse(WHOLE));
  }

  /** Returns the rule for values, for messages. */
  String rule() {
    return "The values of an image array must be finite and " + range.orElse(WHOLE);
  }

  /** Returns whether the range of the values was stated. */
  boolean rangeSaid() {
    return range.isPresent();
  }

  /**
   * Checks that the values do not appear to be from 0 to 1 when no range was stated.
   *
   * @param highest the highest value
   * @param fractions whether some values are not integers
   */
  void requireNotScaled(float highest, boolean fractions) {
    checkArgument(
        range.isPresent() || highest > 1 || !fractions,
        "The values of an image array must be from 0 to 255, got fractions up to %s. Call from0To1()"
            + " if they are from 0 to 1, or from0To255() if they are from 0 to 255",
        highest);
  }
}
