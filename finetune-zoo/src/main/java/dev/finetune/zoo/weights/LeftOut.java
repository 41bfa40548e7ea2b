package dev.finetune.zoo.weights;

import com.google.common.collect.LinkedHashMultiset;
import com.google.common.collect.Multiset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** One line about what a reader has not used of a file. */
final class LeftOut {

  private static final int SHOWN = 8;

  private LeftOut() {}

  /**
   * Describes what was left out, by the first words of the names; empty if nothing was.
   *
   * @param tensors the names of the tensors
   * @param objects the classes of the other objects
   */
  static String line(Collection<String> tensors, Collection<String> objects) {
    Multiset<String> groups = LinkedHashMultiset.create();
    for (String name : tensors) {
      int dot = name.indexOf('.');
      groups.add(dot < 0 ? name : name.substring(0, dot + 1) + "*");
    }
    List<String> parts = new ArrayList<>();
    for (Multiset.Entry<String> group : groups.entrySet()) {
      parts.add(
          group.getCount() == 1
              ? group.getElement()
              : group.getElement() + " (" + group.getCount() + " tensors)");
    }
    objects.forEach(name -> parts.add("an object of " + name));
    List<String> shown = parts.subList(0, Math.min(SHOWN, parts.size()));
    return String.join(", ", shown)
        + (parts.size() > SHOWN ? " and " + (parts.size() - SHOWN) + " more" : "");
  }
}
