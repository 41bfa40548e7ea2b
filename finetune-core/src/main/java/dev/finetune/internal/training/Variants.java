package dev.finetune.internal.training;

import com.google.common.hash.HashCode;
import dev.finetune.data.DatasetCheck;
import dev.finetune.data.ImageSource;
import dev.finetune.image.Augmentation;
import dev.finetune.image.Pixels;
import dev.finetune.internal.cache.Hashes;
import dev.finetune.internal.pipeline.DecodedImages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The images of a dataset, each in one or more variants, as inputs of a stem. A variant depends
 * only on the content of the image and the number of the variant, so it is the same in every run.
 *
 * @param images the images
 * @param augmentation creates the variants; empty for the original images
 * @param count the number of variants per image; 1 without augmentation
 * @param keyed whether examples have keys
 */
record Variants(
    DecodedImages images, Optional<Augmentation> augmentation, int count, boolean keyed) {

  /** Returns the original images. */
  static Variants none(DecodedImages images, boolean keyed) {
    return new Variants(images, Optional.empty(), 1, keyed);
  }

  /** Returns augmented images, which have keys. */
  static Variants of(DecodedImages images, Augmentation augmentation, int count) {
    return new Variants(images, Optional.of(augmentation), count, true);
  }

  /** Returns the dataset. */
  ImageSource data() {
    return images.data();
  }

  /**
   * Returns the number of examples: all variants of all images. They are numbered variant by
   * variant: the first variant of each image, then the second, and so on.
   */
  int examples() {
    return Math.multiplyExact(data().size(), count);
  }

  /** Returns the number of distinct examples. Images with the same name count as the same image. */
  int distinct() {
    long images =
        IntStream.range(0, data().size())
            .mapToObj(i -> DatasetCheck.nameOf(data(), i))
            .distinct()
            .count();
    return Math.toIntExact(images * count);
  }

  /** Returns the number of the example for a variant of an image; both are numbered from 0. */
  int example(int image, int variant) {
    return variant * data().size() + image;
  }

  /** Returns the key of each variant of an image; empty keys if examples have none. */
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

  /**
   * Returns the variant of an image with a given key.
   *
   * @param index the index of the image, for messages
   */
  Pixels change(int index, Pixels image, Optional<HashCode> key) {
    return augmentation
        .map(a -> changed(a, data(), index, image, key.orElseThrow().asLong()))
        .orElse(image);
  }

  /**
   * Returns an augmented image. An application's augmentation may throw or return null.
   *
   * @param index the index of the image in its dataset, for messages
   */
  static Pixels changed(
      Augmentation augmentation, ImageSource data, int index, Pixels image, long seed) {
    return Parts.required(
        "An augmentation",
        augmentation,
        () -> "apply for " + DatasetCheck.nameOf(data, index),
        () -> augmentation.apply(image, new SplittableRandom(seed)));
  }
}
