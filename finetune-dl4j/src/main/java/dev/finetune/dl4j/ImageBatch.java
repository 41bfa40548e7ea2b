package dev.finetune.dl4j;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.internal.dl4j.ArrayValues;
import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The images of one array, which are checked and converted to planes of values from 0 to 255. */
final class ImageBatch {

  /** The tolerance for rounding: a few units in the last place of each type, for values to 255. */
  private static final float SLACK = 1e-3f;

  private static final float HALF_SLACK = 0.125f;
  private static final float BFLOAT16_SLACK = 1;

  private final float[] values;
  private final boolean channelsLast;
  private final ChannelOrder order;
  private final ValueRange range;
  private final float slack;
  private final int images;
  private final int channels;
  private final int height;
  private final int width;

  private ImageBatch(
      INDArray array, CNN2DFormat layout, ChannelOrder order, ValueRange range, float[] values) {
    int first = array.rank() - 3;
    this.channelsLast = layout == CNN2DFormat.NHWC;
    this.order = order;
    this.range = range;
    this.values = values;
    this.slack = slack(array.dataType()) * range.highest() / 255;
    this.images = first == 0 ? 1 : (int) array.size(0);
    this.channels = (int) array.size(channelsLast ? first + 2 : first);
    this.height = (int) array.size(channelsLast ? first : first + 1);
    this.width = (int) array.size(channelsLast ? first + 1 : first + 2);
  }

  private static float slack(DataType type) {
    return type == DataType.FLOAT16
        ? HALF_SLACK
        : type == DataType.BFLOAT16 ? BFLOAT16_SLACK : SLACK;
  }

  /**
   * Reads an array; {@link #fault} checks its values.
   *
   * @throws IllegalArgumentException if it is not an image array of that layout
   */
  static ImageBatch of(INDArray array, CNN2DFormat layout, ChannelOrder order, ValueRange range) {
    checkArgument(
        (array.rank() == 3 || array.rank() == 4) && !array.isEmpty(),
        "An image array must be %s with at least one image, or one image without the first"
            + " dimension, got the shape %s",
        layout,
        ArrayValues.shape(array));
    long channels = array.size(layout == CNN2DFormat.NHWC ? -1 : -3);
    checkArgument(
        channels == 1 || channels == 3,
        "An %s image array must have 3 channels, or 1 for grey, got %s in the shape %s",
        layout,
        channels,
        ArrayValues.shape(array));
    return new ImageBatch(array, layout, order, range, reverted(array, range));
  }

  private static float[] reverted(INDArray array, ValueRange range) {
    return ArrayValues.changed(
        array,
        copy ->
            range
                .normalization()
                .ifPresent(
                    n ->
                        n.revertFeatures(
                            copy.rank() == 4
                                ? copy
                                : copy.reshape('c', 1, copy.size(0), copy.size(1), copy.size(2)))));
  }

  int size() {
    return images;
  }

  /** Returns the highest value before scaling, ignoring NaN. */
  float highest() {
    float highest = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      highest = value > highest ? value : highest;
    }
    return highest;
  }

  /** Returns whether some value is not an integer. */
  boolean fractions() {
    for (float value : values) {
      if (value != Math.rint(value)) {
        return true;
      }
    }
    return false;
  }

  /** Returns a description of the first value of an image that is out of range, if there is one. */
  Optional<String> fault(int image) {
    for (int channel = 0; channel < channels; channel++) {
      for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
          float value = values[at(image, channel, row, column)];
          if (!(value >= -slack && value <= range.highest() + slack)) { // true for NaN as well
            return Optional.of(
                value + " in channel " + channel + ", row " + row + ", column " + column);
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Returns an image that has no {@link #fault}. */
  StoredImage image(int image) {
    float[] planes = new float[channels * height * width];
    int next = 0;
    for (int plane = 0; plane < channels; plane++) {
      int channel = order == ChannelOrder.BGR ? channels - 1 - plane : plane;
      for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
          planes[next++] = pixel(values[at(image, channel, row, column)]);
        }
      }
    }
    return StoredImage.of(channels, height, width, planes);
  }

  private int at(int image, int channel, int row, int column) {
    return channelsLast
        ? ((image * height + row) * width + column) * channels + channel
        : ((image * channels + channel) * height + row) * width + column;
  }

  private float pixel(float value) {
    float inside = Math.max(0, Math.min(range.highest(), value));
    if (!range.computed()) {
      return inside;
    }
    float scaled = inside * (255 / range.highest());
    float whole = (float) Math.rint(scaled);
    return Math.abs(scaled - whole) <= SLACK ? whole : scaled;
  }
}
