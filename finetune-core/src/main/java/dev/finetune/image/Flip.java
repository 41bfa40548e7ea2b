package dev.finetune.image;

import java.util.random.RandomGenerator;

/**
 * A flip of half of the images: {@link Augmentations#horizontalFlip} and {@link
 * Augmentations#verticalFlip}.
 *
 * @param horizontal whether left and right are exchanged, otherwise top and bottom
 */
record Flip(boolean horizontal) implements Augmentation {

  @Override
  public Pixels apply(Pixels image, RandomGenerator random) {
    if (random.nextBoolean()) {
      return image;
    }
    float[] in = image.planes();
    float[] out = new float[in.length];
    int width = image.width();
    int height = image.height();
    for (int row = 0; row < 3 * height; row++) {
      int to = row * width;
      if (horizontal) {
        for (int x = 0; x < width; x++) {
          out[to + x] = in[to + width - 1 - x];
        }
      } else {
        int from = row - row % height + height - 1 - row % height;
        System.arraycopy(in, from * width, out, to, width);
      }
    }
    return Pixels.ofPlanes(height, width, out);
  }

  @Override
  public String description() {
    return horizontal ? "horizontal flip" : "vertical flip";
  }
}
