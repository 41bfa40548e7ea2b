package dev.finetune.internal.continued;

import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * The classes of a continued model compared with those of the model before.
 *
 * @param known the classes of both, in the order of the model before
 * @param added the classes that the model before does not have, in the order of the images
 * @param removed the classes that only the model before has, in its order
 */
public record ClassChange(List<String> known, List<String> added, List<String> removed) {

  public ClassChange {
    known = List.copyOf(known);
    added = List.copyOf(added);
    removed = List.copyOf(removed);
  }

  /**
   * Compares two lists of classes by name.
   *
   * @param before the classes of the model before
   * @param after the classes that the continued model needs, in any order
   */
  static ClassChange of(List<String> before, List<String> after) {
    return new ClassChange(
        before.stream().filter(after::contains).toList(),
        after.stream().filter(name -> !before.contains(name)).toList(),
        before.stream().filter(name -> !after.contains(name)).toList());
  }

  /** Returns the classes of the continued model: the known ones, then the added ones. */
  public List<String> classNames() {
    return ImmutableList.<String>builder().addAll(known).addAll(added).build();
  }
}
