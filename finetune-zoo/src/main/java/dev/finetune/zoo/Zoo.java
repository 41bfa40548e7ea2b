package dev.finetune.zoo;

import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.SqueezeNet;
import dev.finetune.zoo.architecture.Vgg16;
import java.util.List;

/** The stock backbones. */
public final class Zoo {

  private static final List<Architecture> ALL = List.of(new Vgg16(), new SqueezeNet());

  private Zoo() {}

  /** VGG16: 14.7 million parameters, 15.3 billion multiplications for a 224 x 224 image. */
  public static ZooBackbone vgg16Imagenet() {
    return ZooBackbone.of(new Vgg16());
  }

  /** SqueezeNet 1.1: 0.7 million parameters, 0.35 billion multiplications for a 224 x 224 image. */
  public static ZooBackbone squeezeNetImagenet() {
    return ZooBackbone.of(new SqueezeNet());
  }

  /** The names that {@link #byName} knows. */
  public static List<String> names() {
    return ALL.stream().map(Architecture::name).toList();
  }

  /**
   * The backbone of that name.
   *
   * @throws IllegalArgumentException if there is none; the message lists all
   */
  public static ZooBackbone byName(String name) {
    return ALL.stream()
        .filter(a -> a.name().equals(name))
        .findFirst()
        .map(ZooBackbone::of)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "A backbone is one of " + names() + ", got \"" + name + "\""));
  }
}
