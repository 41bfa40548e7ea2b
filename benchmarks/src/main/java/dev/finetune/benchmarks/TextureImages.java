package dev.finetune.benchmarks;

import dev.finetune.data.ImageDataset;
import dev.finetune.image.Pixels;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A dataset of synthetic textures. Phase, scale, a small rotation, two colours, their contrast,
 * light and noise are drawn from a seed. Every texture has every colour, so only the pattern tells
 * the class. Images are drawn when they are loaded.
 *
 * @param perClass the number of images of each class
 * @param seed the source of all random choices; different seeds give different images
 */
record TextureImages(int perClass, long seed) implements ImageDataset {

  static final int SIDE = 96;

  private static final Texture[] TEXTURES = Texture.values();

  /** The pixels of a pattern's unit. */
  private static final double UNIT = 11;

  private static final double MOST_STRETCH = 1.35;
  private static final double MOST_DEGREES = 10;
  private static final double LEAST_CONTRAST = 30;
  private static final double MOST_CONTRAST = 110;
  private static final double MOST_NOISE = 12;

  @Override
  public List<String> classNames() {
    return Arrays.stream(TEXTURES).map(Texture::className).toList();
  }

  @Override
  public int size() {
    return perClass * TEXTURES.length;
  }

  @Override
  public int label(int index) {
    return index % TEXTURES.length;
  }

  @Override
  public String name(int index) {
    return "textures/" + seed + "/" + index;
  }

  @Override
  public Pixels load(int index) {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003L + index);
    double unit = UNIT * Math.pow(MOST_STRETCH, random.nextDouble(-1, 1));
    double angle = Math.toRadians(random.nextDouble(-MOST_DEGREES, MOST_DEGREES));
    // Up to three units, so that the centre of the wood's rings is in or near the image.
    double left = SIDE / 2.0 + unit * random.nextDouble(-3, 3);
    double top = SIDE / 2.0 + unit * random.nextDouble(-3, 3);
    double[][] colours = colours(random);
    double lightAcross = random.nextDouble(-25, 25);
    double lightDown = random.nextDouble(-25, 25);
    double sigma = random.nextDouble(MOST_NOISE);
    Texture texture = TEXTURES[label(index)];
    ValueNoise noise = new ValueNoise(random.nextLong());
    float[] planes = new float[3 * SIDE * SIDE];
    for (int row = 0; row < SIDE; row++) {
      for (int column = 0; column < SIDE; column++) {
        double dx = (column - left) / unit;
        double dy = (row - top) / unit;
        double value =
            texture.at(
                Math.cos(angle) * dx - Math.sin(angle) * dy,
                Math.sin(angle) * dx + Math.cos(angle) * dy,
                noise);
        double light =
            lightAcross * (column / (double) SIDE - 0.5) + lightDown * (row / (double) SIDE - 0.5);
        for (int channel = 0; channel < 3; channel++) {
          double pixel =
              colours[0][channel]
                  + value * (colours[1][channel] - colours[0][channel])
                  + light
                  + sigma * random.nextGaussian();
          planes[(channel * SIDE + row) * SIDE + column] =
              (float) Math.max(0, Math.min(255, Math.rint(pixel)));
        }
      }
    }
    return Pixels.ofPlanes(SIDE, SIDE, planes);
  }

  /**
   * Returns the colours of the values 0 and 1. Either may be the brighter one. They differ in
   * brightness at least by the contrast, less what the differences of hue take from it.
   */
  private static double[][] colours(SplittableRandom random) {
    double middle = random.nextDouble(90, 165);
    double contrast = random.nextDouble(LEAST_CONTRAST, MOST_CONTRAST);
    double sign = random.nextBoolean() ? 1 : -1;
    double[][] colours = new double[2][3];
    for (int i = 0; i < 2; i++) {
      for (int channel = 0; channel < 3; channel++) {
        colours[i][channel] =
            middle + sign * (i - 0.5) * contrast + random.nextDouble(-0.4, 0.4) * contrast;
      }
    }
    return colours;
  }
}
