package dev.finetune.data;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Checks of the names of classes, tags and values. */
final class Names {

  private static final String RULE = "A dataset must have a list of names";

  private Names() {}

  /**
   * Returns the names that a dataset has.
   *
   * @param call the method that returns them
   * @throws DatasetException if it throws, or returns null or a null name
   */
  static List<String> of(ImageSource data, String call, Supplier<? extends List<String>> names) {
    String place = data.getClass().getName() + "." + call + "()";
    @Nullable List<String> all;
    try {
      all = names.get();
    } catch (RuntimeException e) {
      throw new DatasetException(RULE, List.of(place + " threw " + e), e);
    }
    if (all == null || all.stream().anyMatch(Objects::isNull)) {
      throw new DatasetException(RULE, List.of(place + " returned " + all));
    }
    return all;
  }

  /**
   * Checks that names are distinct.
   *
   * @param what what is named, for the message, such as {@code Class}
   * @throws IllegalArgumentException if a name is repeated; lists all such names
   */
  static void requireDistinct(String what, List<String> names) {
    Set<String> seen = new HashSet<>();
    List<String> twice = names.stream().filter(name -> !seen.add(name)).distinct().toList();
    if (!twice.isEmpty()) {
      throw new IllegalArgumentException(
          what + " names must be distinct, got more than once: " + twice);
    }
  }
}
