package dev.finetune.dl4j;

/**
 * The order of the colour channels in an array of images, which the array itself does not record.
 */
public enum ChannelOrder {
  /** Red, green, blue, as in {@link dev.finetune.image.Pixels}. */
  RGB,
  /** Blue, green, red, as in OpenCV and therefore in DataVec's {@code NativeImageLoader}. */
  BGR
}
