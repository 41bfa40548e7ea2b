package dev.finetune.dl4j;

/** The order of the colours in an array of images. Nothing in an array tells which it is. */
public enum ChannelOrder {
  /** Red, green, blue: as {@link dev.finetune.image.Pixels} have it. */
  RGB,
  /** Blue, green, red: as OpenCV has it, and with it DataVec's {@code NativeImageLoader}. */
  BGR
}
