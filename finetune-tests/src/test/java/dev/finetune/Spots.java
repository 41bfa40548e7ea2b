package dev.finetune;

import dev.finetune.data.ImageDataset;
import dev.finetune.data.TagDataset;
import dev.finetune.data.ValueDataset;
import dev.finetune.image.Pixels;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Noisy images with a bright row and a bright column, from which a network can learn tags, values
 * and classes.
 *
 * @param name the name of the image
 * @param row the bright row, from 0 to 7; -1 for none
 * @param column the bright column, from 0 to 7; -1 for none
 */
record Spots(String name, int row, int column) {

  private static final int SIDE = 8;

  /** Returns random items. */
  static List<Spots> random(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Spots(
                    "spots-" + seed + "-" + i, random.nextInt(-1, SIDE), random.nextInt(-1, SIDE)))
        .toList();
  }

  /** Returns images with the tags of their items: row, column, and "upper" for a row above 4. */
  static TagDataset tags(int count, long seed) {
    return TagDataset.of(
        List.of("row", "column", "upper"),
        random(count, seed),
        Spots::tags,
        Spots::name,
        Spots::image);
  }

  /** Returns images with two values each, in units far from 0 and 1. */
  static ValueDataset values(int count, long seed) {
    return ValueDataset.of(
        List.of("height", "width"), random(count, seed), Spots::values, Spots::name, Spots::image);
  }

  /** Returns images with a class each. */
  static ImageDataset classes(int count, long seed) {
    return ImageDataset.of(
        random(count, seed), s -> s.row() < 0 ? "empty" : "row", Spots::name, Spots::image);
  }

  List<String> tags() {
    return IntStream.range(0, 3)
        .filter(i -> i == 0 ? row >= 0 : i == 1 ? column >= 0 : row >= 0 && row < 4)
        .mapToObj(List.of("row", "column", "upper")::get)
        .toList();
  }

  double[] values() {
    return new double[] {5000 + 100 * row, -3 + 0.01 * column};
  }

  Pixels image() {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    float[] planes = new float[3 * SIDE * SIDE];
    for (int i = 0; i < planes.length; i++) {
      boolean bright = i / SIDE % SIDE == row || i % SIDE == column;
      planes[i] = (float) random.nextDouble(64) + (bright ? 190 : 0);
    }
    return Pixels.ofPlanes(SIDE, SIDE, planes);
  }
}
