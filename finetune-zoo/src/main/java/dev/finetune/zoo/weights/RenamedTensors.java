package dev.finetune.zoo.weights;

import com.google.common.collect.ImmutableBiMap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.weights.Tensor;
import dev.finetune.zoo.internal.tensors.TensorInfo;
import dev.finetune.zoo.internal.tensors.TensorSource;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A file whose tensors have other names. */
final class RenamedTensors implements TensorSource {

  private final TensorSource source;
  private final ImmutableBiMap<String, String> original;
  private final ImmutableMap<String, TensorInfo> tensors;

  private RenamedTensors(
      TensorSource source,
      ImmutableBiMap<String, String> original,
      ImmutableMap<String, TensorInfo> tensors) {
    this.source = source;
    this.original = original;
    this.tensors = tensors;
  }

  /**
   * Renames tensors and leaves out those without a new name.
   *
   * @throws UnreadableFileException if two tensors get one name
   */
  static RenamedTensors of(TensorSource source, TensorNames names) throws UnreadableFileException {
    Map<String, String> original = new LinkedHashMap<>();
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, TensorInfo> entry : source.tensors().entrySet()) {
      Optional<String> name = names.nameOf(entry.getKey());
      if (name.isPresent()) {
        tensors.put(name.get(), entry.getValue());
        if (original.put(name.get(), entry.getKey()) != null) {
          throw new UnreadableFileException(
              source.file(), "", "tensor names must be distinct, got " + name.get() + " twice");
        }
      }
    }
    return new RenamedTensors(
        source, ImmutableBiMap.copyOf(original), ImmutableMap.copyOf(tensors));
  }

  @Override
  public String file() {
    return source.file();
  }

  @Override
  public ImmutableMap<String, TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public ImmutableSet<String> foreign() {
    return source.foreign();
  }

  @Override
  public Map<String, Tensor> read(Collection<String> names) throws IOException {
    Map<String, String> renamed = new HashMap<>();
    names.forEach(name -> renamed.put(original.get(name), name));
    Map<String, Tensor> read = new HashMap<>();
    source.read(renamed.keySet()).forEach((name, tensor) -> read.put(renamed.get(name), tensor));
    return read;
  }
}
