package dev.finetune.data;

import static com.google.common.base.Preconditions.checkElementIndex;

import dev.finetune.image.Pixels;
import java.io.IOException;
import java.util.List;

/** A dataset with selected images of another. */
final class Selection implements ImageDataset {

  private final ImageDataset source;
  private final int[] indices;

  Selection(ImageDataset source, int[] indices) {
    this.source = source;
    this.indices = indices.clone();
    for (int index : this.indices) {
      checkElementIndex(index, source.size(), "image");
    }
  }

  @Override
  public List<String> classNames() {
    return source.classNames();
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public int label(int index) {
    return source.label(indices[index]);
  }

  @Override
  public String name(int index) {
    return source.name(indices[index]);
  }

  @Override
  public Pixels load(int index) throws IOException {
    return source.load(indices[index]);
  }
}
