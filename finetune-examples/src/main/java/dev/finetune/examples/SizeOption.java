package dev.finetune.examples;

import dev.finetune.zoo.ZooBackbone;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that chooses the size of a backbone's input images. */
final class SizeOption {

  static final String NAME = "--size";

  @Option(
      names = NAME,
      paramLabel = "N",
      converter = Converters.Count.class,
      description =
          "The side of a backbone's square input images, in pixels (default: the backbone's own).")
  private @Nullable Integer size;

  /** Returns whether a size was given. */
  boolean given() {
    return size != null;
  }

  /** Returns the backbone with the size. */
  ZooBackbone of(ZooBackbone backbone) {
    Integer side = size;
    return side == null ? backbone : WrongCall.unlessBuilt(NAME, () -> backbone.inputSize(side));
  }
}
