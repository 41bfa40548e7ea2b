package dev.finetune.datasets;

import com.google.common.collect.ImmutableList;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.Labels;
import dev.finetune.image.ColourRule;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A dataset of labelled image files. */
final class FileImages implements ImageDataset {

  /**
   * A labelled file.
   *
   * @param file the file to decode
   * @param name the name of the image in messages, its path below the root with forward slashes
   * @param label the index of its class
   */
  record Entry(Path file, String name, int label) {}

  private final ImmutableList<String> classNames;
  private final ImmutableList<Entry> entries;
  private final ColourRule rule;

  /**
   * Creates a dataset with stored colours.
   *
   * @throws IllegalArgumentException if a class name occurs twice
   */
  FileImages(List<String> classNames, List<Entry> entries) {
    this(classNames, entries, ColourRule.STORED);
  }

  private FileImages(List<String> classNames, List<Entry> entries, ColourRule rule) {
    Labels.requireDistinct(classNames);
    this.classNames = ImmutableList.copyOf(classNames);
    this.entries = ImmutableList.copyOf(entries);
    this.rule = rule;
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public int size() {
    return entries.size();
  }

  @Override
  public int label(int index) {
    return entries.get(index).label();
  }

  @Override
  public String name(int index) {
    return entries.get(index).name();
  }

  @Override
  public Pixels load(int index) throws IOException {
    return Images.read(entries.get(index).file(), rule);
  }

  @Override
  public Optional<ColourRule> colours() {
    return Optional.of(rule);
  }

  @Override
  public ImageDataset withColours(ColourRule other) {
    return new FileImages(classNames, entries, other);
  }
}
