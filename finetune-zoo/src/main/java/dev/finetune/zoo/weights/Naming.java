package dev.finetune.zoo.weights;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.finetune.zoo.internal.tensors.TensorInfo;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One way to understand the names of a file as those of a network.
 *
 * @param prefix what the names in the file begin with, for messages
 * @param names the names in the definition by those in the file; names that are not a key are no
 *     part of the network
 */
record Naming(String prefix, ImmutableMap<String, String> names) {

  /** Returns the naming for a prefix, which is removed. */
  static Naming of(String prefix, Set<String> file) {
    ImmutableMap.Builder<String, String> names = ImmutableMap.builder();
    for (String name : file) {
      if (name.startsWith(prefix)) {
        names.put(name, name.substring(prefix.length()));
      }
    }
    return new Naming(prefix, names.buildOrThrow());
  }

  /** Returns the parameters that the file has, with the names of their tensors in the file. */
  Map<TorchSlot, Set<String>> found(Map<String, TorchSlot> slots) {
    Map<TorchSlot, Set<String>> found = new LinkedHashMap<>();
    names.forEach(
        (inFile, name) -> {
          TorchSlot slot = slots.get(name);
          if (slot != null) {
            found.computeIfAbsent(slot, s -> new LinkedHashSet<>()).add(inFile);
          }
        });
    return found;
  }

  /** Returns whether the file has every parameter, with the number of values that it needs. */
  boolean complete(Map<String, TorchSlot> slots, Map<String, TensorInfo> tensors) {
    Map<TorchSlot, Set<String>> found = found(slots);
    return ImmutableSet.copyOf(slots.values()).stream()
        .allMatch(
            slot ->
                found.getOrDefault(slot, Set.of()).stream()
                    .anyMatch(name -> fits(tensors.get(name), slot)));
  }

  /** Returns whether a tensor has the number of values that a parameter needs. */
  static boolean fits(@Nullable TensorInfo tensor, TorchSlot slot) {
    return tensor != null && tensor.count() == slot.spec().count();
  }

  /** Returns a naming in which the names of the definition begin with a word more. */
  Naming under(String first) {
    Map<String, String> longer = new HashMap<>();
    names.forEach((inFile, name) -> longer.put(inFile, first + name));
    return new Naming(prefix, ImmutableMap.copyOf(longer));
  }
}
