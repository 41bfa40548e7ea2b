package dev.finetune.zoo.weights;

import com.google.common.io.CountingInputStream;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.safetensors.NumberType;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A PyTorch {@code .pth} file: a pickle that describes the tensors, and their values. Since version
 * 1.6 both are entries of a zip; before, the values followed the pickle.
 */
final class TorchFile implements TorchTensors {

  /** The place of a tensor's values: the storage, and the offset and strides in values. */
  private record Described(
      String storage, NumberType type, long offset, List<Integer> shape, List<Integer> strides) {}

  /** A source of the bytes of storages. */
  @FunctionalInterface
  private interface Storages {
    ByteBuffer bytes(String key, NumberType type) throws IOException;
  }

  private static final long LEGACY_PICKLES = 3; // magic number, protocol, system information
  private static final String PICKLE = "data.pkl";
  private static final String BYTE_ORDER = "byteorder";
  private static final List<String> WRAPPERS = List.of("state_dict", "model", "model_state_dict");

  private final Path file;
  private final boolean zipped;
  private final Map<String, Described> tensors;

  private TorchFile(Path file, boolean zipped, Map<String, Described> tensors) {
    this.file = file;
    this.zipped = zipped;
    this.tensors = tensors;
  }

  /** Opens a zip and reads the descriptions of its tensors. */
  static TorchFile openZip(Path file) throws IOException {
    try (CheckedZip zip = CheckedZip.open(file)) {
      InputStream in = new ByteArrayInputStream(zip.read(root(zip, file) + PICKLE));
      return new TorchFile(file, true, described(Pickle.read(in, file.toString()), file));
    }
  }

  /** Opens a file of PyTorch before 1.6 and reads the descriptions of its tensors. */
  static TorchFile openLegacy(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      skipHead(in, file);
      return new TorchFile(file, false, described(Pickle.read(in, file.toString()), file));
    }
  }

  private static void skipHead(InputStream in, Path file) throws IOException {
    for (int i = 0; i < LEGACY_PICKLES; i++) {
      Pickle.read(in, file.toString());
    }
  }

  /** Returns the folder in the zip that contains all entries. */
  private static String root(CheckedZip zip, Path file) throws IOException {
    List<String> pickles =
        zip.names().stream().filter(n -> n.equals(PICKLE) || n.endsWith("/" + PICKLE)).toList();
    if (pickles.size() != 1) {
      throw new IOException(
          file + ": the zip must have exactly one entry " + PICKLE + ", got " + pickles);
    }
    return pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
  }

  /** Checks the byte order. Files before PyTorch 2.1 do not state it and are little-endian. */
  private static void requireLittleEndian(CheckedZip zip, String root, Path file)
      throws IOException {
    String order =
        zip.has(root + BYTE_ORDER)
            ? new String(zip.read(root + BYTE_ORDER), StandardCharsets.UTF_8)
            : "little";
    if (!order.equals("little")) {
      throw new IOException(file + ": " + BYTE_ORDER + " must be little, got " + order);
    }
  }

  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  @Override
  public Map<String, Tensor> read() throws IOException {
    return zipped ? readZip() : readLegacy();
  }

  private Map<String, Tensor> readZip() throws IOException {
    try (CheckedZip zip = CheckedZip.open(file)) {
      String root = root(zip, file);
      requireLittleEndian(zip, root, file);
      return values((key, type) -> ByteBuffer.wrap(zip.read(root + "data/" + key)));
    }
  }

  /** After the pickle come a list of the storages' keys, then the count and values of each. */
  private Map<String, Tensor> readLegacy() throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      CountingInputStream in =
          new CountingInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
      skipHead(in, file);
      Pickle.read(in, file.toString());
      Object keys = Pickle.read(in, file.toString());
      Map<String, NumberType> types = new HashMap<>();
      tensors.values().forEach(t -> types.put(t.storage(), t.type()));
      Map<String, ByteBuffer> storages = new HashMap<>();
      long at = in.getCount();
      for (Object key : (List<?>) keys) {
        NumberType type = types.get((String) key);
        if (type == null) {
          throw new IOException(file + ": every storage must belong to a tensor, got " + key);
        }
        long count = part(channel, at, Long.BYTES).getLong(0);
        at += Long.BYTES;
        storages.put((String) key, part(channel, at, count * type.bytes()));
        at += count * type.bytes();
      }
      return values((key, type) -> storage(storages, key));
    }
  }

  private ByteBuffer storage(Map<String, ByteBuffer> storages, String key) throws IOException {
    ByteBuffer storage = storages.get(key);
    if (storage == null) {
      throw new IOException(file + ": the storage " + key + " of a tensor is missing");
    }
    return storage;
  }

  private ByteBuffer part(FileChannel channel, long from, long length) throws IOException {
    if (length < 0 || from + length > channel.size()) {
      throw new IOException(
          file
              + ": the file is truncated or damaged: it must have "
              + length
              + " bytes from byte "
              + from
              + " on, got a file of "
              + channel.size()
              + " bytes");
    }
    return channel.map(FileChannel.MapMode.READ_ONLY, from, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private Map<String, Tensor> values(Storages storages) throws IOException {
    Map<String, ByteBuffer> read = new HashMap<>();
    Map<String, Tensor> all = new LinkedHashMap<>();
    for (Map.Entry<String, Described> entry : tensors.entrySet()) {
      Described tensor = entry.getValue();
      ByteBuffer bytes = read.get(tensor.storage());
      if (bytes == null) {
        bytes = storages.bytes(tensor.storage(), tensor.type()).order(ByteOrder.LITTLE_ENDIAN);
        read.clear(); // tensors of one storage are adjacent
        read.put(tensor.storage(), bytes);
      }
      all.put(entry.getKey(), gather(entry.getKey(), tensor, bytes));
    }
    return all;
  }

  private Tensor gather(String name, Described tensor, ByteBuffer bytes) throws IOException {
    int rank = tensor.shape().size();
    long count = 1;
    long last = tensor.offset();
    for (int d = 0; d < rank; d++) {
      count *= tensor.shape().get(d);
      last += (long) (tensor.shape().get(d) - 1) * tensor.strides().get(d);
    }
    int width = tensor.type().bytes();
    if (tensor.offset() < 0 || count > Integer.MAX_VALUE || (last + 1) * width > bytes.limit()) {
      throw new IOException(
          String.format(
              "%s: tensor %s of shape %s must end within the %d bytes of its storage, got an end at"
                  + " byte %d",
              file, name, tensor.shape(), bytes.limit(), (last + 1) * width));
    }
    float[] values = new float[(int) count];
    int[] index = new int[rank];
    long at = tensor.offset();
    for (int i = 0; i < values.length; i++) {
      values[i] = tensor.type().at(bytes, Math.toIntExact(at * width));
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

  private static Map<String, Described> described(Object pickled, Path file) throws IOException {
    Object found = pickled;
    for (String wrapper : WRAPPERS) {
      if (found instanceof Map<?, ?> map && map.get(wrapper) instanceof Map<?, ?> inner) {
        found = inner;
      }
    }
    Map<String, Described> tensors = new LinkedHashMap<>();
    if (found instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        if (entry.getKey() instanceof String name
            && tensor(entry.getValue()) instanceof Pickle.Call call) {
          // DataParallel prefixes every name.
          tensors.put(name.startsWith("module.") ? name.substring(7) : name, described(call, file));
        }
      }
    }
    if (tensors.isEmpty()) {
      throw new IOException(
          file + ": a PyTorch file must contain a dictionary of tensors, got none");
    }
    return tensors;
  }

  private static Object tensor(Object value) {
    return value instanceof Pickle.Call call && call.function().equals(Pickle.PARAMETER)
        ? call.arguments().get(0)
        : value;
  }

  /**
   * Reads the arguments storage, offset, shape and strides; a storage is a word, type, key, device
   * and count.
   */
  private static Described described(Pickle.Call call, Path file) throws IOException {
    if (call.function().equals(Pickle.TENSOR)
        && call.arguments().get(0) instanceof Pickle.Persistent storage
        && storage.id() instanceof List<?> id
        && id.size() >= 5
        && id.get(1) instanceof Pickle.Global type
        && id.get(2) instanceof String key
        && call.arguments().get(1) instanceof Long offset) {
      return new Described(
          key,
          type(type.name(), file),
          offset,
          integers(call.arguments().get(2)),
          integers(call.arguments().get(3)));
    }
    throw new IOException(
        file
            + ": a tensor must be described by "
            + Pickle.TENSOR
            + " with a storage and an offset, got another description");
  }

  private static NumberType type(String storage, Path file) throws IOException {
    return switch (storage) {
      case "torch.FloatStorage" -> NumberType.F32;
      case "torch.DoubleStorage" -> NumberType.F64;
      case "torch.HalfStorage" -> NumberType.F16;
      case "torch.BFloat16Storage" -> NumberType.BF16;
      case "torch.LongStorage" -> NumberType.I64;
      default ->
          throw new IOException(
              file
                  + ": the storage type must be Float, Double, Half, BFloat16 or Long, got "
                  + storage);
    };
  }

  private static List<Integer> integers(Object list) {
    List<Integer> integers = new ArrayList<>();
    for (Object value : (List<?>) list) {
      integers.add(Math.toIntExact((Long) value));
    }
    return integers;
  }
}
