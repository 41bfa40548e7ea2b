package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** A random choice between augmentations: {@link Augmentations#oneOf}. */
record OneOf(ImmutableList<Augmentation> choices) implements Augmentation {

  OneOf {
    checkArgument(!choices.isEmpty(), "oneOf must have at least one augmentation, got none");
  }

  @Override
  public Pixels apply(Pixels image, RandomGenerator random) {
    return choices.get(Draw.index(random, choices.size())).apply(image, random);
  }

  @Override
  public String description() {
    return choices.stream()
        .map(Augmentation::description)
        .collect(Collectors.joining(") or (", "one of (", ")"));
  }
}
