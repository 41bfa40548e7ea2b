package dev.finetune.zoo;

import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The English names of ImageNet's 1000 classes (O. Russakovsky et al., "ImageNet Large Scale Visual
 * Recognition Challenge", 2015), in the order of the networks' outputs. The names are those of
 * torchvision, which are distinct even where ImageNet uses one word for two classes.
 */
final class ImageNetClasses {

  private ImageNetClasses() {}

  static List<String> names() {
    try {
      return Resources.readLines(
              Resources.getResource(ImageNetClasses.class, "imagenet-classes.txt"),
              StandardCharsets.UTF_8)
          .stream()
          .filter(line -> !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
