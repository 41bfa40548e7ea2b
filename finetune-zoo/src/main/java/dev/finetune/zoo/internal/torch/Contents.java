package dev.finetune.zoo.internal.torch;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.zoo.internal.pickle.Call;
import dev.finetune.zoo.internal.pickle.Dictionary;
import dev.finetune.zoo.internal.pickle.Foreign;
import dev.finetune.zoo.internal.pickle.Items;
import dev.finetune.zoo.internal.pickle.Persistent;
import dev.finetune.zoo.internal.pickle.Pickled;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the pickle of a PyTorch file describes.
 *
 * @param tensors the tensors by the keys of the dictionaries that contain them, joined by dots
 * @param storages the number types of all storages by key
 * @param foreign the classes of the objects that were passed over
 */
record Contents(
    ImmutableMap<String, TorchTensor> tensors,
    ImmutableMap<String, StorageType> storages,
    ImmutableSet<String> foreign) {

  private static final int MAX_DEPTH = 16;

  /** The most entries of all dictionaries and lists. A small pickle can nest shared ones. */
  private static final int MAX_ENTRIES = 2_000_000;

  static Contents of(Pickled pickled, String file) throws UnreadableFileException {
    Walk walk = new Walk(file);
    walk.add("", pickled.value(), 0);
    if (walk.tensors.isEmpty()) {
      throw new UnreadableFileException(file, "", noTensors(pickled.value()));
    }
    Map<String, StorageType> storages = new HashMap<>();
    for (Persistent reference : pickled.persistent()) {
      StorageType type = TorchTensor.type(reference);
      if (type != null && reference.id() instanceof Items id && id.at(2) instanceof String key) {
        storages.putIfAbsent(key, type);
      }
    }
    walk.foreign.addAll(pickled.foreign());
    return new Contents(
        ImmutableMap.copyOf(walk.tensors),
        ImmutableMap.copyOf(storages),
        ImmutableSet.copyOf(walk.foreign));
  }

  private static String noTensors(Object value) {
    return value instanceof Foreign object
        ? "a PyTorch file must contain a dictionary of tensors, got an object of class "
            + object.name()
            + ", whose code this library does not run; save its tensors with"
            + " torch.save(model.state_dict(), path)"
        : "a PyTorch file must contain a dictionary of tensors, got none";
  }

  private static final class Walk {

    private final String file;
    private final Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    private final Set<String> foreign = new LinkedHashSet<>();
    private int entries;

    Walk(String file) {
      this.file = file;
    }

    void add(String name, Object value, int depth) throws UnreadableFileException {
      if (depth > MAX_DEPTH || ++entries > MAX_ENTRIES) {
        throw new UnreadableFileException(
            file,
            name,
            "dictionaries must be at most "
                + MAX_DEPTH
                + " deep and have at most "
                + MAX_ENTRIES
                + " entries in all, got more");
      }
      if (value instanceof Call call) {
        TorchTensor tensor = TorchTensor.of(call);
        if (tensor == null) {
          foreign.add(call.function());
        } else if (tensors.put(name, tensor) != null) {
          throw new UnreadableFileException(
              file, "", "tensor names must be distinct, got " + name + " twice");
        }
      } else if (value instanceof Dictionary dictionary) {
        for (Map.Entry<Object, Object> entry : dictionary.entries().entrySet()) {
          if (entry.getKey() instanceof String || entry.getKey() instanceof Long) {
            add(joined(name, entry.getKey()), entry.getValue(), depth + 1);
          }
        }
      } else if (value instanceof Items items) {
        List<Object> values = items.values();
        for (int i = 0; i < values.size(); i++) {
          add(joined(name, i), values.get(i), depth + 1);
        }
      }
    }

    private static String joined(String name, Object key) {
      return name.isEmpty() ? key.toString() : name + "." + key;
    }
  }
}
