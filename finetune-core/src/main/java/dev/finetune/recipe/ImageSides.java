package dev.finetune.recipe;

import dev.finetune.data.ImageSource;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** The sizes of the images of a dataset. */
final class ImageSides {

  /** The number of images that are decoded to see their size. */
  private static final int SAMPLE = 64;

  /**
   * How many times larger than the images the input of a network is. The first layers of networks
   * reduce the size four times before they compute much; see {@code benchmarks/README.md}.
   */
  private static final double TIMES = 2.5;

  /** Networks reduce their input 32 times. */
  static final int MULTIPLE = 32;

  private static final int SMALLEST = 96;

  private ImageSides() {}

  /**
   * Returns the median of the longer sides in pixels, of some images at equal distances; empty if
   * none of them can be read. Training reports all images that cannot be read.
   */
  static OptionalInt median(ImageSource images) {
    int count = Math.min(SAMPLE, images.size());
    int[] sides =
        IntStream.range(0, count)
            .map(i -> (int) ((long) i * images.size() / count))
            .map(index -> longerSide(images, index))
            .filter(side -> side > 0)
            .sorted()
            .toArray();
    return sides.length == 0 ? OptionalInt.empty() : OptionalInt.of(sides[sides.length / 2]);
  }

  /** Returns the longer side of an image; 0 if it cannot be read. */
  private static int longerSide(ImageSource images, int index) {
    try {
      var image = images.load(index);
      return Math.max(image.height(), image.width());
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * Returns the side of a network's input for images.
   *
   * @param median the median of the images' longer sides
   * @param own the side that the network was trained with, which is the largest
   */
  static int inputSide(int median, int own) {
    int wanted = (int) Math.ceil(TIMES * median / MULTIPLE) * MULTIPLE;
    return Math.min(own, Math.max(SMALLEST, wanted));
  }
}
