package dev.finetune.data;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks of the names of classes, tags and values. */
final class Names {

  private Names() {}

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
