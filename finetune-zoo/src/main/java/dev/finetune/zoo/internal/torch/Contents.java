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
import dev.finetune.zoo.internal.tensors.TensorInfo;
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
 * @param infos the descriptions of all tensors, in the order of the file, with those whose values
 *     cannot be read
 * @param storages the number types of all storages by key
 * @param foreign the classes of the objects that were passed over
 */
record Contents(
    ImmutableMap<String, TorchTensor> tensors,
    ImmutableMap<String, TensorInfo> infos,
    ImmutableMap<String, StorageType> storages,
    ImmutableSet<String> foreign) {

  private static final int MAX_DEPTH = 16;

  private static final String RUN =
      ", whose code this library does not run; save its tensors with"
          + " torch.save(model.state_dict(), path)";

  /** The most entries of all dictionaries and lists. A small pickle can nest shared ones. */
  private static final int MAX_ENTRIES = 2_000_000;

  static Contents of(Pickled pickled, String file) throws UnreadableFileException {
    Walk walk = new Walk(file);
    walk.add("", pickled.value(), 0);
    if (walk.infos.isEmpty()) {
      throw new UnreadableFileException(file, "", noTensors(pickled));
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
        ImmutableMap.copyOf(walk.infos),
        ImmutableMap.copyOf(storages),
        ImmutableSet.copyOf(walk.foreign));
  }

  private static String noTensors(Pickled pickled) {
    String rule = "a PyTorch file must contain a dictionary of tensors, got ";
    if (pickled.value() instanceof Foreign object) {
      return rule + "an object of class " + object.name() + RUN;
    } else if (pickled.foreign().isEmpty()) {
      return rule + "none";
    }
    // A network is restored first, then the objects in it, such as its layers.
    return rule + "none, but an object of class " + pickled.foreign().asList().get(0) + RUN;
  }

  private static final class Walk {

    private final String file;
    private final Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    private final Map<String, TensorInfo> infos = new LinkedHashMap<>();
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
        TensorInfo info = tensor == null ? TorchTensor.described(call) : tensor.info();
        if (info == null) {
          foreign.add(call.function());
        } else if (infos.put(name, info) != null) {
          throw new UnreadableFileException(
              file, "", "tensor names must be distinct, got " + name + " twice");
        }
        if (tensor != null) {
          tensors.put(name, tensor);
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
