package dev.finetune.internal.training;

import com.google.common.hash.HashCode;
import dev.finetune.data.DatasetCheck;
import dev.finetune.data.ImageDataset;
import dev.finetune.image.Augmentation;
import dev.finetune.image.Pixels;
import dev.finetune.internal.cache.Hashes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Images that a stem sees, each in one or more variants. A variant depends on the image's content
 * and its number alone, so that it is the same in every run.
 *
 * @param count of variants; without augmentation one, the image itself
 * @param keyed whether examples have keys
 */
record Variants(ImageDataset data, Optional<Augmentation> augmentation, int count, boolean keyed) {

  /** Returns the images as they are. */
  static Variants none(ImageDataset data, boolean keyed) {
    return new Variants(data, Optional.empty(), 1, keyed);
  }

  /** Returns the images as an augmentation changes them; examples have keys. */
  static Variants of(ImageDataset data, Augmentation augmentation, int count) {
    return new Variants(data, Optional.of(augmentation), count, true);
  }

  /** All variants of all images: first the first variant of each image, and so on. */
  int examples() {
    return Math.multiplyExact(data.size(), count);
  }

  /** Returns how many examples differ, if images of one name are one image. */
  int distinct() {
    long images =
        IntStream.range(0, data.size())
            .mapToObj(i -> DatasetCheck.nameOf(data, i))
            .distinct()
            .count();
    return Math.toIntExact(images * count);
  }

  /** The example that is that variant of an image. */
  int example(int image, int variant) {
    return variant * data.size() + image;
  }

  /** Returns what the features of each variant of an image are stored under, if they have keys. */
  List<Optional<HashCode>> keys(Pixels image) {
    Optional<HashCode> hash = keyed ? Optional.of(Hashes.image(image)) : Optional.empty();
    List<Optional<HashCode>> keys = new ArrayList<>(count);
    for (int variant = 0; variant < count; variant++) {
      keys.add(key(hash, variant));
    }
    return keys;
  }

  private Optional<HashCode> key(Optional<HashCode> image, int variant) {
    return augmentation.isEmpty()
        ? image
        : image.map(
            hash ->
                Hashes.variant(hash, augmentation.get().description() + ", variant " + variant));
  }

  /** Returns the image as the variant of that key has it. */
  Pixels change(Pixels image, Optional<HashCode> key) {
    return augmentation
        .map(a -> a.apply(image, new SplittableRandom(key.orElseThrow().asLong())))
        .orElse(image);
  }
}
