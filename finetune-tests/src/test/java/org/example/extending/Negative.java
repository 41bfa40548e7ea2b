package org.example.extending;

import dev.finetune.image.Augmentation;
import dev.finetune.image.Pixels;
import java.util.random.RandomGenerator;

/** An augmentation that inverts an image with probability 0.5. */
record Negative() implements Augmentation {

  @Override
  public Pixels apply(Pixels image, RandomGenerator random) {
    if (random.nextBoolean()) {
      return image;
    }
    float[] planes = image.planes().clone();
    for (int i = 0; i < planes.length; i++) {
      planes[i] = 255 - planes[i];
    }
    return Pixels.ofPlanes(image.height(), image.width(), planes);
  }

  @Override
  public String description() {
    return "negative";
  }
}
