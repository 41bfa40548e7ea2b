package dev.finetune.zoo.internal.tensors;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Sets;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.safetensors.NumberType;
import dev.finetune.weights.safetensors.SafetensorsFile;
import dev.finetune.weights.safetensors.StoredTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/** A safetensors file. */
public final class SafetensorsSource implements TensorSource {

  private static final Set<NumberType> FLOATING =
      Sets.immutableEnumSet(NumberType.F32, NumberType.F64, NumberType.F16, NumberType.BF16);

  private final String file;
  private final SafetensorsFile content;
  private final ImmutableMap<String, TensorInfo> tensors;

  private SafetensorsSource(
      String file, SafetensorsFile content, ImmutableMap<String, TensorInfo> tensors) {
    this.file = file;
    this.content = content;
    this.tensors = tensors;
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws dev.finetune.data.UnreadableFileException if the header is not valid
   * @throws IOException if the file cannot be read
   */
  public static SafetensorsSource open(Path file) throws IOException {
    SafetensorsFile content = SafetensorsFile.open(file);
    ImmutableMap.Builder<String, TensorInfo> tensors = ImmutableMap.builder();
    for (String name : content.names()) {
      StoredTensor tensor = content.tensor(name);
      tensors.put(
          name,
          new TensorInfo(tensor.shape(), tensor.type().name(), FLOATING.contains(tensor.type())));
    }
    return new SafetensorsSource(file.toString(), content, tensors.buildOrThrow());
  }

  @Override
  public String file() {
    return file;
  }

  @Override
  public ImmutableMap<String, TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public Map<String, Tensor> read(Collection<String> names) throws IOException {
    return content.read(names);
  }
}
