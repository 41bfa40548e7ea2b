package dev.finetune.benchmarks;

import dev.finetune.data.ImageDataset;
import dev.finetune.datasets.ClassFolders;
import dev.finetune.datasets.DrawnSigns;
import dev.finetune.datasets.Gtsrb;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The images of a comparison of recipes. All but the last two have the validation and the test
 * images of the German Traffic Sign Recognition Benchmark. Test images do not depend on the seed.
 */
enum RecipeCondition {
  /** 28 images of each of 43 classes. */
  FULL,
  /** 5 of them. */
  FEW5,
  /** 10 of them. */
  FEW10,
  /** 3 images of the smallest class to all of the largest, at most 60. */
  IMBALANCE,
  /** As {@link #FULL}, with 10 % of the training images in a wrong class. */
  NOISE10,
  /** Drawn signs. */
  DRAWN,
  /** Synthetic textures. */
  TEXTURES;

  private static final int TRAIN = 28;
  private static final int VALID = 12;
  private static final int FEWEST = 3;
  private static final int MOST = 60;
  private static final double MISLABELLED = 0.1;

  private static final int DRAWN_SIDE = 64;
  private static final int DRAWN_TEST = 100;
  private static final int TEXTURES_TEST = 40;

  /** The seed of generated test images. Those of training and validation images are others. */
  private static final long TEST_SEED = 0;

  /** Returns the condition with a label. */
  static RecipeCondition parse(String label) {
    return Arrays.stream(values())
        .filter(condition -> condition.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "A condition must be one of " + labels() + ", got " + label));
  }

  static List<String> labels() {
    return Arrays.stream(values()).map(RecipeCondition::label).toList();
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the training images.
   *
   * @param gtsrb the folder with {@code Train} and {@code Valid}
   * @param seed the seed of choices and of generated images, at least 1
   */
  ImageDataset train(Path gtsrb, long seed) throws IOException {
    return switch (this) {
      case FULL -> signs(gtsrb);
      case FEW5 -> signs(gtsrb).samplePerClass(5, seed);
      case FEW10 -> signs(gtsrb).samplePerClass(10, seed);
      case IMBALANCE -> {
        ImageDataset all = signs(gtsrb);
        int most = Math.min(MOST, TrainSubset.mostPerClass(all));
        yield TrainSubset.imbalanced(all, FEWEST, most, seed);
      }
      case NOISE10 -> TrainSubset.mislabelled(signs(gtsrb), MISLABELLED, seed);
      case DRAWN -> drawn(TRAIN, 2 * seed);
      case TEXTURES -> new TextureImages(TRAIN, 2 * seed);
    };
  }

  /**
   * Returns the validation images.
   *
   * @param gtsrb the folder with {@code Train} and {@code Valid}
   * @param seed the seed of generated images, at least 1
   */
  ImageDataset valid(Path gtsrb, long seed) throws IOException {
    return switch (this) {
      case FULL, FEW5, FEW10, IMBALANCE, NOISE10 ->
          ClassFolders.read(gtsrb.resolve("Valid"), signs(gtsrb).classNames());
      case DRAWN -> drawn(VALID, 2 * seed + 1);
      case TEXTURES -> new TextureImages(VALID, 2 * seed + 1);
    };
  }

  /**
   * Returns the test images.
   *
   * @param gtsrb the folder with {@code Train} and {@code Test.csv}
   */
  ImageDataset test(Path gtsrb) throws IOException {
    return switch (this) {
      case FULL, FEW5, FEW10, IMBALANCE, NOISE10 -> Gtsrb.test(gtsrb, signs(gtsrb).classNames());
      case DRAWN -> drawn(DRAWN_TEST, TEST_SEED);
      case TEXTURES -> new TextureImages(TEXTURES_TEST, TEST_SEED);
    };
  }

  private static ImageDataset signs(Path gtsrb) throws IOException {
    return ClassFolders.read(gtsrb.resolve("Train"));
  }

  private static ImageDataset drawn(int perClass, long seed) {
    return DrawnSigns.of(DrawnSigns.Task.SIGNS, perClass, DRAWN_SIDE, seed);
  }
}
