package dev.finetune.data;

import static com.google.common.base.Preconditions.checkElementIndex;

import dev.finetune.image.ColourRule;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The images of a dataset, followed by those of another with the same classes.
 *
 * @param first the first images
 * @param second the images after them, with the same class names in the same order
 */
record Union(ImageDataset first, ImageDataset second) implements ImageDataset {

  static Union of(ImageDataset first, ImageDataset second) {
    List<String> names = Relabelled.union(first.classNames(), second.classNames());
    return new Union(Relabelled.of(first, names), Relabelled.of(second, names));
  }

  Union {
    ReadColours.ofBoth(first, second);
  }

  @Override
  public Optional<ColourRule> colours() {
    return ReadColours.ofBoth(first, second);
  }

  @Override
  public ImageDataset withColours(ColourRule rule) {
    return new Union(first.withColours(rule), second.withColours(rule));
  }

  private ImageDataset part(int index) {
    checkElementIndex(index, size(), "image");
    return index < first.size() ? first : second;
  }

  private int within(int index) {
    return index < first.size() ? index : index - first.size();
  }

  @Override
  public List<String> classNames() {
    return first.classNames();
  }

  @Override
  public int size() {
    return first.size() + second.size();
  }

  @Override
  public int label(int index) {
    return part(index).label(within(index));
  }

  @Override
  public String name(int index) {
    return part(index).name(within(index));
  }

  @Override
  public Pixels load(int index) throws IOException {
    return part(index).load(within(index));
  }
}
