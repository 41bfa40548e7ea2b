package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.random.RandomGenerator;

/** Gaussian noise: {@link Augmentations#noise}. */
record Noise(double deviation) implements Augmentation {

  Noise {
    checkArgument(
        deviation >= 0 && deviation <= 255, "deviation must be in [0, 255], got %s", deviation);
  }

  @Override
  public Pixels apply(Pixels image, RandomGenerator random) {
    float scale = (float) Draw.between(random, 0, deviation);
    if (scale == 0) {
      return image;
    }
    float[] in = image.planes();
    float[] out = new float[in.length];
    Draw.normal(random, out);
    for (int i = 0; i < out.length; i++) {
      out[i] = Colours.limit(in[i] + scale * out[i]);
    }
    return Pixels.ofPlanes(image.height(), image.width(), out);
  }

  @Override
  public String description() {
    return "noise " + deviation;
  }
}
