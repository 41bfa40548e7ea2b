package dev.finetune.datasets;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.datasets.decode.JpegCodec;
import dev.finetune.image.Augmentation;
import dev.finetune.image.Pixels;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.random.RandomGenerator;

/**
 * JPEG compression at a random quality, in memory. Values are rounded to whole numbers before it.
 * The bits of the result depend on the JPEG codec of the Java runtime.
 *
 * @param lowest the lowest quality, from 1 to 100
 * @param highest the highest quality, from {@code lowest} to 100
 */
public record JpegAugmentation(int lowest, int highest) implements Augmentation {

  /**
   * Creates an augmentation.
   *
   * @param lowest the lowest quality, from 1 to 100
   * @param highest the highest quality, from {@code lowest} to 100
   * @throws IllegalArgumentException if a quality is outside its range
   */
  public JpegAugmentation {
    checkArgument(
        lowest >= 1 && lowest <= highest && highest <= 100,
        "JPEG qualities must be from 1 to 100, the lowest first, got %s and %s",
        lowest,
        highest);
  }

  /**
   * {@return compression at a uniform random quality}
   *
   * @param lowest the lowest quality, from 1 to 100
   * @param highest the highest quality, from {@code lowest} to 100
   * @throws IllegalArgumentException if a quality is outside its range
   */
  public static JpegAugmentation jpeg(int lowest, int highest) {
    return new JpegAugmentation(lowest, highest);
  }

  @Override
  public Pixels apply(Pixels image, RandomGenerator random) {
    int quality = lowest + (int) (random.nextDouble() * (highest - lowest + 1));
    try {
      return JpegCodec.recompressed(buffered(image), quality / 100f);
    } catch (IOException e) {
      // The streams are in memory.
      throw new UncheckedIOException(e);
    }
  }

  private static BufferedImage buffered(Pixels image) {
    int width = image.width();
    int area = image.height() * width;
    float[] planes = image.planes();
    int[] rgb = new int[area];
    for (int i = 0; i < area; i++) {
      rgb[i] = level(planes[i]) << 16 | level(planes[area + i]) << 8 | level(planes[2 * area + i]);
    }
    BufferedImage buffered = new BufferedImage(width, image.height(), BufferedImage.TYPE_INT_RGB);
    buffered.setRGB(0, 0, width, image.height(), rgb, 0, width);
    return buffered;
  }

  private static int level(float value) {
    return Math.max(0, Math.min(255, Math.round(value)));
  }

  @Override
  public String description() {
    return "JPEG quality " + lowest + " to " + highest;
  }
}
