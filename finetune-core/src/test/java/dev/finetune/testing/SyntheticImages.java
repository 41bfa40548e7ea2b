package dev.finetune.testing;

import dev.finetune.data.ImageDataset;
import dev.finetune.image.Pixels;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Random noise with a bright band whose position depends on the class: small images from which a
 * network can learn the class.
 *
 * @param classes the number of classes
 * @param size the number of images
 * @param side rows and columns of each image
 * @param seed the seed of the noise
 */
public record SyntheticImages(int classes, int size, int side, long seed) implements ImageDataset {

  @Override
  public List<String> classNames() {
    return IntStream.range(0, classes).mapToObj(i -> "class-" + i).toList();
  }

  @Override
  public int label(int index) {
    return index % classes;
  }

  @Override
  public String name(int index) {
    return "synthetic-" + index;
  }

  @Override
  public Pixels load(int index) {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + index);
    float[] planes = new float[3 * side * side];
    int band = side * label(index) / classes;
    for (int i = 0; i < planes.length; i++) {
      int row = i / side % side;
      planes[i] = (float) random.nextDouble(128) + (row == band ? 127 : 0);
    }
    return Pixels.ofPlanes(side, side, planes);
  }
}
