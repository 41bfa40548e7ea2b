package dev.finetune.data;

import static com.google.common.base.Preconditions.checkElementIndex;

import dev.finetune.image.ColourRule;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Selected images of a dataset.
 *
 * @param <D> the type of the dataset
 */
abstract class Selection<D extends ImageSource> implements ImageSource {

  private final D source;
  private final int[] indices;

  Selection(D source, int[] indices) {
    this.source = source;
    this.indices = indices.clone();
    for (int index : this.indices) {
      checkElementIndex(index, source.size(), "image");
    }
  }

  final D source() {
    return source;
  }

  /** Returns the index of an image in the source. */
  final int at(int index) {
    return indices[index];
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public String name(int index) {
    return source.name(indices[index]);
  }

  @Override
  public Pixels load(int index) throws IOException {
    return source.load(indices[index]);
  }

  @Override
  public Optional<ColourRule> colours() {
    return source.colours();
  }

  /** Returns the indices of the images in the source, which are not copied. */
  final int[] indices() {
    return indices;
  }

  /** Selected images with classes. */
  static final class Classes extends Selection<ImageDataset> implements ImageDataset {

    Classes(ImageDataset source, int[] indices) {
      super(source, indices);
    }

    @Override
    public ImageDataset withColours(ColourRule rule) {
      return new Classes(source().withColours(rule), indices());
    }

    @Override
    public List<String> classNames() {
      return source().classNames();
    }

    @Override
    public int label(int index) {
      return source().label(at(index));
    }
  }

  /** Selected images with tags. */
  static final class Tagged extends Selection<TagDataset> implements TagDataset {

    Tagged(TagDataset source, int[] indices) {
      super(source, indices);
    }

    @Override
    public TagDataset withColours(ColourRule rule) {
      return new Tagged(source().withColours(rule), indices());
    }

    @Override
    public List<String> tagNames() {
      return source().tagNames();
    }

    @Override
    public boolean[] tags(int index) {
      return source().tags(at(index));
    }
  }

  /** Selected images with values. */
  static final class Valued extends Selection<ValueDataset> implements ValueDataset {

    Valued(ValueDataset source, int[] indices) {
      super(source, indices);
    }

    @Override
    public ValueDataset withColours(ColourRule rule) {
      return new Valued(source().withColours(rule), indices());
    }

    @Override
    public List<String> valueNames() {
      return source().valueNames();
    }

    @Override
    public double[] values(int index) {
      return source().values(at(index));
    }
  }
}
