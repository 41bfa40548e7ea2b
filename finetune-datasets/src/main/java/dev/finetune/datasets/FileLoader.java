package dev.finetune.datasets;

import dev.finetune.data.ImageLoader;
import dev.finetune.image.ColourRule;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * A loader of the image files of items.
 *
 * @param <T> the type of the items
 * @param file returns the file of an item
 * @param rule how colours are read
 */
record FileLoader<T>(Function<? super T, Path> file, ColourRule rule) implements ImageLoader<T> {

  @Override
  public Pixels load(T item) throws IOException {
    return Images.read(file.apply(item), rule);
  }

  @Override
  public Optional<ColourRule> colours() {
    return Optional.of(rule);
  }

  @Override
  public ImageLoader<T> withColours(ColourRule other) {
    return new FileLoader<>(file, other);
  }
}
