package dev.finetune.internal.training;

import com.google.common.hash.HashCode;
import dev.finetune.data.ImageDataset;
import dev.finetune.image.Augmentation;
import dev.finetune.image.Pixels;
import dev.finetune.internal.cache.Hashes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Images that a stem sees, each in one or more variants. A variant depends on the image's content
 * and its number alone, so that it is the same in every run.
 *
 * @param hashes of the images' contents
 * @param count of variants; without augmentation one, the image itself
 */
record Variants(
    ImageDataset data, List<HashCode> hashes, Optional<Augmentation> augmentation, int count) {

  /** The images as they are. */
  static Variants none(ImageDataset data, List<HashCode> hashes) {
    return new Variants(data, hashes, Optional.empty(), 1);
  }

  /** All variants of all images: first the first variant of each image, and so on. */
  int examples() {
    return Math.multiplyExact(data.size(), count);
  }

  /** The example that is that variant of an image. */
  int example(int image, int variant) {
    return variant * data.size() + image;
  }

  /** The image of an example. */
  int image(int example) {
    return example % data.size();
  }

  /** What the features of an example are stored under. */
  HashCode key(int example) {
    HashCode image = hashes.get(image(example));
    return augmentation
        .map(a -> Hashes.variant(image, a.description() + ", variant " + example / data.size()))
        .orElse(image);
  }

  /** The keys of all examples. */
  List<HashCode> keys() {
    List<HashCode> keys = new ArrayList<>();
    for (int example = 0; example < examples(); example++) {
      keys.add(key(example));
    }
    return keys;
  }

  /** The image as that variant has it. */
  Pixels change(int example, Pixels image) {
    return augmentation
        .map(a -> a.apply(image, new SplittableRandom(key(example).asLong())))
        .orElse(image);
  }
}
