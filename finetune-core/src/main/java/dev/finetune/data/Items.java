package dev.finetune.data;

import dev.finetune.image.ColourRule;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Datasets of items with an image each. Classes, tags and values are read once.
 *
 * @param <T> the type of the items
 */
abstract class Items<T> implements ImageSource {

  final List<T> items;
  final Function<? super T, String> name;
  final ImageLoader<? super T> loader;

  private Items(List<T> items, Function<? super T, String> name, ImageLoader<? super T> loader) {
    this.items = List.copyOf(items);
    this.name = name;
    this.loader = loader;
  }

  @Override
  public int size() {
    return items.size();
  }

  @Override
  public String name(int index) {
    return name.apply(items.get(index));
  }

  @Override
  public Pixels load(int index) throws IOException {
    return loader.load(items.get(index));
  }

  @Override
  public Optional<ColourRule> colours() {
    return loader.colours();
  }

  static <T> ImageDataset classes(
      List<T> items,
      Function<? super T, String> className,
      Function<? super T, String> name,
      ImageLoader<? super T> loader) {
    List<String> classNames =
        items.stream()
            .<@Nullable String>map(className)
            .filter(Objects::nonNull)
            .distinct()
            .sorted()
            .toList();
    return classes(classNames, items, className, name, loader);
  }

  static <T> ImageDataset classes(
      List<String> classNames,
      List<T> items,
      Function<? super T, String> className,
      Function<? super T, String> name,
      ImageLoader<? super T> loader) {
    Labels.requireDistinct(classNames);
    Map<String, Integer> indices = indices(classNames);
    Problems problems = new Problems();
    int[] labels = new int[items.size()];
    for (int i = 0; i < labels.length; i++) {
      @Nullable String own = className.apply(items.get(i));
      labels[i] = own == null ? -1 : indices.getOrDefault(own, -1);
      if (labels[i] < 0) {
        problems.add(
            name.apply(items.get(i)) + ": the class must be one of " + classNames + ", got " + own);
      }
    }
    problems.throwIfAny("Every image must have a class");
    return new Classes<>(items, name, loader, List.copyOf(classNames), labels);
  }

  static <T> TagDataset tags(
      List<T> items,
      Function<? super T, ? extends Collection<String>> tags,
      Function<? super T, String> name,
      ImageLoader<? super T> loader) {
    TreeSet<String> tagNames = new TreeSet<>();
    for (T item : items) {
      @Nullable Collection<String> own = tags.apply(item);
      if (own != null) {
        own.stream().filter(Objects::nonNull).forEach(tagNames::add);
      }
    }
    return tags(List.copyOf(tagNames), items, tags, name, loader);
  }

  static <T> TagDataset tags(
      List<String> tagNames,
      List<T> items,
      Function<? super T, ? extends Collection<String>> tags,
      Function<? super T, String> name,
      ImageLoader<? super T> loader) {
    Names.requireDistinct("Tag", tagNames);
    Map<String, Integer> indices = indices(tagNames);
    Problems problems = new Problems();
    int[][] all = new int[items.size()][];
    for (int i = 0; i < all.length; i++) {
      @Nullable Collection<String> own = tags.apply(items.get(i));
      if (own == null) {
        problems.add(name.apply(items.get(i)) + ": tags must not be null");
        continue;
      }
      IntStream.Builder found = IntStream.builder();
      for (String tag : own) {
        int index = tag == null ? -1 : indices.getOrDefault(tag, -1);
        if (index < 0) {
          problems.add(
              name.apply(items.get(i)) + ": tags must be among " + tagNames + ", got " + tag);
        } else {
          found.add(index);
        }
      }
      all[i] = found.build().toArray();
    }
    problems.throwIfAny("Every image must have known tags");
    return new Tagged<>(items, name, loader, List.copyOf(tagNames), all);
  }

  private static Map<String, Integer> indices(List<String> names) {
    Map<String, Integer> indices = new HashMap<>();
    names.forEach(name -> indices.put(name, indices.size()));
    return indices;
  }

  static <T> ValueDataset values(
      List<String> valueNames,
      List<T> items,
      Function<? super T, double[]> values,
      Function<? super T, String> name,
      ImageLoader<? super T> loader) {
    Names.requireDistinct("Value", valueNames);
    Problems problems = new Problems();
    List<double[]> rows = new ArrayList<>(items.size());
    for (T item : items) {
      rows.add(Values.checked(name.apply(item), valueNames, values.apply(item), problems));
    }
    problems.throwIfAny(Values.RULE);
    return new Valued<>(items, name, loader, List.copyOf(valueNames), rows);
  }

  private static final class Classes<T> extends Items<T> implements ImageDataset {
    private final List<String> classNames;
    private final int[] labels;

    Classes(
        List<T> items,
        Function<? super T, String> name,
        ImageLoader<? super T> loader,
        List<String> classNames,
        int[] labels) {
      super(items, name, loader);
      this.classNames = classNames;
      this.labels = labels;
    }

    @Override
    public ImageDataset withColours(ColourRule rule) {
      return new Classes<>(items, name, loader.withColours(rule), classNames, labels);
    }

    @Override
    public List<String> classNames() {
      return classNames;
    }

    @Override
    public int label(int index) {
      return labels[index];
    }
  }

  private static final class Tagged<T> extends Items<T> implements TagDataset {
    private final List<String> tagNames;

    /** The indices of each item's tags: flags of all tags would take more memory than the items. */
    private final int[][] tags;

    Tagged(
        List<T> items,
        Function<? super T, String> name,
        ImageLoader<? super T> loader,
        List<String> tagNames,
        int[][] tags) {
      super(items, name, loader);
      this.tagNames = tagNames;
      this.tags = tags;
    }

    @Override
    public TagDataset withColours(ColourRule rule) {
      return new Tagged<>(items, name, loader.withColours(rule), tagNames, tags);
    }

    @Override
    public List<String> tagNames() {
      return tagNames;
    }

    @Override
    public boolean[] tags(int index) {
      boolean[] flags = new boolean[tagNames.size()];
      for (int tag : tags[index]) {
        flags[tag] = true;
      }
      return flags;
    }
  }

  private static final class Valued<T> extends Items<T> implements ValueDataset {
    private final List<String> valueNames;
    private final List<double[]> values;

    Valued(
        List<T> items,
        Function<? super T, String> name,
        ImageLoader<? super T> loader,
        List<String> valueNames,
        List<double[]> values) {
      super(items, name, loader);
      this.valueNames = valueNames;
      this.values = values;
    }

    @Override
    public ValueDataset withColours(ColourRule rule) {
      return new Valued<>(items, name, loader.withColours(rule), valueNames, values);
    }

    @Override
    public List<String> valueNames() {
      return valueNames;
    }

    @Override
    public double[] values(int index) {
      return values.get(index).clone();
    }
  }
}
