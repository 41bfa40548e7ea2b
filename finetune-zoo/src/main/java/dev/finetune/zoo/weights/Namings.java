package dev.finetune.zoo.weights;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.finetune.zoo.internal.tensors.TensorInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The ways to understand the names of a file. Training scripts put networks into others, whose
 * names then begin with those of the outer ones: {@code module.}, {@code backbone.}, the keys of
 * nested dictionaries. A {@code Sequential} replaces the names of a network's children by numbers.
 */
final class Namings {

  /** The most words of a name that can be a prefix. */
  private static final int MAX_WORDS = 16;

  private static final int MAX_NUMBERED = 200;

  private final ImmutableSet<String> file;
  private final Map<String, TensorInfo> tensors;
  private final ImmutableMap<String, TorchSlot> wanted;

  /**
   * Creates a search.
   *
   * @param tensors the tensors of the file
   * @param wanted the parameters that the network needs, by name
   */
  Namings(Map<String, TensorInfo> tensors, ImmutableMap<String, TorchSlot> wanted) {
    this.file = ImmutableSet.copyOf(tensors.keySet());
    this.tensors = tensors;
    this.wanted = wanted;
  }

  /** Returns the namings in which the file has every parameter, the shortest prefix first. */
  List<Naming> complete() {
    List<Naming> complete =
        prefixes(wanted.keySet()).keySet().stream()
            .map(prefix -> Naming.of(prefix, file))
            .filter(this::complete)
            .toList();
    if (complete.isEmpty()) {
      complete = numbered().stream().filter(this::complete).toList();
    }
    return complete.isEmpty() ? withoutFirst().stream().filter(this::complete).toList() : complete;
  }

  private boolean complete(Naming naming) {
    return naming.complete(wanted, tensors);
  }

  /** Returns the naming with most parameters; that without a prefix if there is none. */
  Naming nearest() {
    return prefixes(wanted.keySet()).entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(entry -> Naming.of(entry.getKey(), file))
        .orElseGet(() -> Naming.of("", file));
  }

  /**
   * Returns the prefixes of all names that end like one of the network, with the number of such
   * names, the shortest prefix first.
   */
  private Map<String, Integer> prefixes(Set<String> ends) {
    Map<String, Integer> counts =
        new TreeMap<>(Comparator.comparingInt(String::length).thenComparing(p -> p));
    for (String name : file) {
      for (int from : starts(name)) {
        if (ends.contains(name.substring(from))) {
          counts.merge(name.substring(0, from), 1, Integer::sum);
        }
      }
    }
    return counts;
  }

  /** Returns where the first words of a name begin. */
  private static List<Integer> starts(String name) {
    List<Integer> starts = new ArrayList<>();
    for (int from = 0; starts.size() < MAX_WORDS; from = name.indexOf('.', from) + 1) {
      if (from == 0 && !starts.isEmpty()) {
        break; // there is no further dot
      }
      starts.add(from);
    }
    return starts;
  }

  /** Returns the namings of a network's inner module, whose name the file does not have. */
  private List<Naming> withoutFirst() {
    Set<String> firsts = firsts(wanted.keySet());
    if (firsts.size() != 1) {
      return List.of();
    }
    String first = firsts.iterator().next() + ".";
    Set<String> ends = new LinkedHashSet<>();
    wanted.keySet().forEach(name -> ends.add(name.substring(first.length())));
    return prefixes(ends).keySet().stream()
        .map(prefix -> Naming.of(prefix, file).under(first))
        .toList();
  }

  /** Returns the first words of names, in order. */
  static Set<String> firsts(Set<String> names) {
    Set<String> firsts = new LinkedHashSet<>();
    names.forEach(name -> firsts.add(first(name)));
    return firsts;
  }

  private static String first(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** Returns namings in which the first words of the network are numbers in the file. */
  private List<Naming> numbered() {
    Set<String> prefixes =
        new TreeSet<>(Comparator.comparingInt(String::length).thenComparing(p -> p));
    for (String name : file) {
      for (int from : starts(name)) {
        if (number(first(name.substring(from)))) {
          prefixes.add(name.substring(0, from));
        }
      }
    }
    List<Naming> namings = new ArrayList<>();
    for (String prefix : prefixes.stream().limit(MAX_NUMBERED).toList()) {
      Naming naming = numbered(Naming.of(prefix, file));
      if (!naming.names().isEmpty()) {
        namings.add(naming);
      }
    }
    return namings;
  }

  /** Replaces numbers by the first words of the network, in order. */
  private Naming numbered(Naming plain) {
    TreeMap<Integer, Map<String, String>> children = new TreeMap<>();
    plain
        .names()
        .forEach(
            (inFile, name) -> {
              String first = first(name);
              if (number(first)) {
                children
                    .computeIfAbsent(Integer.parseInt(first), n -> new LinkedHashMap<>())
                    .put(inFile, name.substring(first.length()));
              }
            });
    Map<String, String> names = new HashMap<>();
    List<Map<String, String>> inOrder = List.copyOf(children.values());
    List<String> firsts = List.copyOf(firsts(wanted.keySet()));
    for (int i = 0; i < Math.min(firsts.size(), inOrder.size()); i++) {
      String first = firsts.get(i);
      inOrder.get(i).forEach((inFile, rest) -> names.put(inFile, first + rest));
    }
    return new Naming(plain.prefix(), ImmutableMap.copyOf(names));
  }

  private static boolean number(String word) {
    return word.matches("\\d{1,4}");
  }
}
