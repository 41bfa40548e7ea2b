package dev.finetune.zoo.weights;

import com.google.common.collect.ListMultimap;
import com.google.common.collect.MultimapBuilder;
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
    ListMultimap<String, String> groups =
        MultimapBuilder.linkedHashKeys().arrayListValues().build();
    for (String name : tensors) {
      int dot = name.indexOf('.');
      groups.put(dot < 0 ? name : name.substring(0, dot + 1) + "*", name);
    }
    List<String> parts = new ArrayList<>();
    for (String group : groups.keySet()) {
      List<String> names = groups.get(group);
      parts.add(names.size() == 1 ? names.get(0) : group + " (" + names.size() + " tensors)");
    }
    objects.forEach(name -> parts.add("an object of " + name));
    List<String> shown = parts.subList(0, Math.min(SHOWN, parts.size()));
    return String.join(", ", shown)
        + (parts.size() > SHOWN ? " and " + (parts.size() - SHOWN) + " more" : "");
  }
}
