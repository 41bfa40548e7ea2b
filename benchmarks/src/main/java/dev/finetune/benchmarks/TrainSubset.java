package dev.finetune.benchmarks;

import dev.finetune.data.ImageDataset;
import dev.finetune.data.Shuffle;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Changes of training images that make a task harder. */
final class TrainSubset {

  private TrainSubset() {}

  /**
   * Returns images of which the classes have different numbers: from {@code fewest} to {@code
   * most}, as a geometric sequence over the classes in a random order. A class with fewer images
   * keeps all of them.
   */
  static ImageDataset imbalanced(ImageDataset images, int fewest, int most, long seed) {
    int[] labels = images.labels();
    int classes = images.classNames().size();
    int[] order = Shuffle.permutation(classes, seed);
    int[] wanted = new int[classes];
    for (int i = 0; i < classes; i++) {
      double share = classes == 1 ? 0 : i / (classes - 1.0);
      wanted[order[i]] = (int) Math.round(fewest * Math.pow((double) most / fewest, share));
    }
    return images.select(
        IntStream.of(Shuffle.permutation(labels.length, seed))
            .filter(index -> wanted[labels[index]]-- > 0)
            .sorted()
            .toArray());
  }

  /** Returns the number of images of the largest class. */
  static int mostPerClass(ImageDataset images) {
    int[] counts = new int[images.classNames().size()];
    IntStream.of(images.labels()).forEach(label -> counts[label]++);
    return Arrays.stream(counts).max().orElse(0);
  }

  /** Returns images of which a share, chosen at random, has another label than its own. */
  static ImageDataset mislabelled(ImageDataset images, double share, long seed) {
    int[] labels = images.labels();
    List<String> classNames = images.classNames();
    SplittableRandom random = new SplittableRandom(seed);
    IntStream.of(Shuffle.permutation(labels.length, seed))
        .limit(Math.round(share * labels.length))
        .forEach(
            index -> {
              int other = random.nextInt(classNames.size() - 1);
              labels[index] = other < labels[index] ? other : other + 1;
            });
    List<Integer> indices = IntStream.range(0, labels.length).boxed().toList();
    return ImageDataset.of(
        classNames, indices, index -> classNames.get(labels[index]), images::name, images::load);
  }
}
