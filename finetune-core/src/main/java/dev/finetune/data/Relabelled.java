package dev.finetune.data;

import dev.finetune.image.ColourRule;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The images of some classes of a dataset, labelled by another list of classes. */
final class Relabelled implements ImageDataset {

  private final ImageDataset source;
  private final List<String> classNames;
  private final int[] indices;
  private final int[] labels;

  private Relabelled(ImageDataset source, List<String> classNames, int[] indices, int[] labels) {
    this.source = source;
    this.classNames = classNames;
    this.indices = indices;
    this.labels = labels;
  }

  static Relabelled of(ImageDataset source, List<String> classNames) {
    List<String> names = List.copyOf(classNames);
    Labels.requireDistinct(names);
    Labels.requireDistinct(source.classNames());
    int[] given = Labels.of(source).get(0);
    int[] label = source.classNames().stream().mapToInt(names::indexOf).toArray();
    int[] indices = IntStream.range(0, given.length).filter(i -> label[given[i]] >= 0).toArray();
    return new Relabelled(
        source, names, indices, IntStream.of(indices).map(i -> label[given[i]]).toArray());
  }

  /** Returns the class names of one dataset, followed by those that only another has. */
  static List<String> union(List<String> first, List<String> second) {
    List<String> names = new ArrayList<>(first);
    second.stream().filter(name -> !first.contains(name)).forEach(names::add);
    return names;
  }

  @Override
  public Optional<ColourRule> colours() {
    return source.colours();
  }

  @Override
  public ImageDataset withColours(ColourRule rule) {
    return new Relabelled(source.withColours(rule), classNames, indices, labels);
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public int label(int index) {
    return labels[index];
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
