package dev.finetune.image;

import java.util.Optional;
import java.util.random.RandomGenerator;

/** An augmentation that has a notation. */
record Written(String text, Augmentation augmentation) implements Augmentation {

  @Override
  public Pixels apply(Pixels image, RandomGenerator random) {
    return augmentation.apply(image, random);
  }

  @Override
  public String description() {
    return augmentation.description();
  }

  @Override
  public Optional<String> notation() {
    return Optional.of(text);
  }
}
