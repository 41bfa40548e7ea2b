package dev.finetune.zoo.internal.torch;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.LinkedHashMultimap;
import com.google.common.collect.SetMultimap;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.safetensors.NumberType;
import dev.finetune.zoo.internal.tensors.TensorInfo;
import dev.finetune.zoo.internal.tensors.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** A PyTorch file: the descriptions of its tensors, and the storages with their values. */
public final class TorchFile implements TensorSource {

  /** The bytes of the storages of an opened file. */
  interface Storages extends AutoCloseable {

    /**
     * Returns the bytes of a storage, in the byte order of the file.
     *
     * @param key the key of the storage
     * @param span the number of bytes that are needed
     */
    ByteBuffer bytes(String key, long span) throws IOException;

    @Override
    void close() throws IOException;
  }

  /** Opens the storages. */
  interface Opener {
    Storages open() throws IOException;
  }

  private final String file;
  private final Contents contents;
  private final Opener storages;

  private TorchFile(String file, Contents contents, Opener storages) {
    this.file = file;
    this.contents = contents;
    this.storages = storages;
  }

  /**
   * Opens a zip, as PyTorch writes it since 1.6, and reads the descriptions of its tensors.
   *
   * @throws UnreadableFileException if the content is not that of a PyTorch file
   * @throws IOException if the file cannot be read
   */
  public static TorchFile openZip(Path file) throws IOException {
    return new TorchFile(file.toString(), ZipStorages.contents(file), () -> ZipStorages.open(file));
  }

  /**
   * Opens a file of PyTorch before 1.6 and reads the descriptions of its tensors.
   *
   * @throws UnreadableFileException if the content is not that of a PyTorch file
   * @throws IOException if the file cannot be read
   */
  public static TorchFile openLegacy(Path file) throws IOException {
    Contents contents = LegacyStorages.contents(file);
    return new TorchFile(file.toString(), contents, () -> LegacyStorages.open(file, contents));
  }

  @Override
  public String file() {
    return file;
  }

  @Override
  public ImmutableMap<String, TensorInfo> tensors() {
    return contents.infos();
  }

  @Override
  public ImmutableSet<String> foreign() {
    return contents.foreign();
  }

  /** Reads storage by storage, so that at most one of them is in memory. */
  @Override
  public Map<String, Tensor> read(Collection<String> names) throws IOException {
    SetMultimap<String, String> byStorage = LinkedHashMultimap.create();
    for (String name : names) {
      byStorage.put(tensor(name).storage(), name);
    }
    Map<String, Tensor> read = new HashMap<>();
    try (Storages opened = storages.open()) {
      for (String storage : byStorage.keySet()) {
        long span = 0;
        for (String name : byStorage.get(storage)) {
          TorchTensor tensor = tensor(name);
          span = Math.max(span, bytes(tensor.span(), tensor.type().bytes()));
        }
        ByteBuffer bytes = opened.bytes(storage, span);
        for (String name : byStorage.get(storage)) {
          read.put(name, gather(name, tensor(name), bytes));
        }
      }
    }
    return read;
  }

  private TorchTensor tensor(String name) throws UnreadableFileException {
    TorchTensor tensor = contents.tensors().get(name);
    TensorInfo info = contents.infos().get(name);
    if (tensor == null && info != null) {
      throw wrongType(name, info.type());
    } else if (tensor == null) {
      throw new IllegalArgumentException(
          "name must be one of a tensor in " + file + ", got \"" + name + "\"");
    }
    return tensor;
  }

  private UnreadableFileException wrongType(String name, String type) {
    return new UnreadableFileException(
        file, "tensor " + name, "the type must be one of floating-point numbers, got " + type);
  }

  private static long bytes(long values, int each) {
    return values > Long.MAX_VALUE / each ? Long.MAX_VALUE : values * each;
  }

  private Tensor gather(String name, TorchTensor tensor, ByteBuffer bytes)
      throws UnreadableFileException {
    NumberType number = tensor.type().number().orElse(null);
    if (number == null) {
      throw wrongType(name, tensor.type().name());
    }
    int width = number.bytes();
    long end = bytes(tensor.span(), width);
    if (tensor.count() > Integer.MAX_VALUE || end > bytes.limit()) {
      throw new UnreadableFileException(
          file,
          "tensor " + name,
          String.format(
              "values of shape %s must end within the %d bytes of their storage, got an end at byte"
                  + " %d",
              tensor.shape(), bytes.limit(), end));
    }
    float[] values = new float[(int) tensor.count()];
    int rank = tensor.shape().size();
    int[] index = new int[rank];
    long at = tensor.offset();
    for (int i = 0; i < values.length; i++) {
      float value = number.at(bytes, (int) (at * width));
      values[i] = tensor.negative() ? -value : value;
      for (int d = rank - 1; d >= 0; d--) {
        at += tensor.strides().get(d);
        if (++index[d] < tensor.shape().get(d)) {
          break;
        }
        at -= (long) tensor.strides().get(d) * tensor.shape().get(d);
        index[d] = 0;
      }
    }
    return Tensor.of(tensor.shape(), values);
  }
}
