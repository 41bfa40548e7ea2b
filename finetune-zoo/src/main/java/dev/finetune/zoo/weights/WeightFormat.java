package dev.finetune.zoo.weights;

import com.google.common.primitives.Bytes;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.zoo.internal.keras.KerasFile;
import dev.finetune.zoo.internal.keras.KerasShards;
import dev.finetune.zoo.internal.tensors.ShardedTensors;
import dev.finetune.zoo.internal.zip.CheckedZip;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A format of weight files, recognised by the content of a file rather than its name. */
public enum WeightFormat {
  /** Keras HDF5: {@code .h5} and {@code .weights.h5}. */
  KERAS_H5,
  /** A complete model of Keras 3: {@code .keras}. */
  KERAS_ZIP,
  /** The index of weights that Keras 3 has saved in pieces: {@code .weights.json}. */
  KERAS_SHARDS,
  /** safetensors, as timm publishes it. */
  SAFETENSORS,
  /**
   * The index of tensors in several files: {@code model.safetensors.index.json}, or {@code
   * pytorch_model.bin.index.json}.
   */
  SAFETENSORS_INDEX,
  /** PyTorch since 1.6: {@code .pth}, a zip. */
  TORCH_ZIP,
  /** PyTorch before 1.6: {@code .pth}, a sequence of pickles. */
  TORCH_LEGACY;

  private static final byte[] ZIP = {'P', 'K', 3, 4};

  /** PyTorch's magic number of ten bytes in a pickle. */
  private static final byte[] LEGACY = {(byte) 0x8a, 10, 'l', (byte) 0xfc};

  /** The most bytes before the magic number: the protocol, and a frame. */
  private static final int LEGACY_AT = 12;

  /** The signature of HDF5 may be at any power of two up to this one. */
  private static final int START = (1 << 14) + 8;

  /** {@return whether this is a format of Keras, rather than of PyTorch or safetensors} */
  public boolean keras() {
    return this == KERAS_H5 || this == KERAS_ZIP || this == KERAS_SHARDS;
  }

  /**
   * Recognises the format of a file.
   *
   * @param file the weight file
   * @return its format
   * @throws UnreadableFileException if the file has another format; the message names the format,
   *     if it is a well-known one, and how to convert the file
   * @throws IOException if the file does not exist or cannot be read
   */
  public static WeightFormat of(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new UnreadableFileException(
          file.toString(), "", "must be a weight file, got " + OtherFormats.directory(file));
    }
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file + ": no such weight file");
    } else if (!Files.isRegularFile(file)) {
      throw new UnreadableFileException(
          file.toString(), "", "must be a weight file, got a device or a pipe");
    }
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(START);
    }
    if (KerasFile.isH5(start)) {
      return KERAS_H5;
    } else if (legacy(start)) {
      return TORCH_LEGACY;
    } else if (begins(start, ZIP)) {
      return zip(file);
    } else if (start.length > 0 && start[0] == '{' && KerasShards.is(file)) {
      return KERAS_SHARDS;
    } else if (start.length > 8 && start[8] == '{') {
      return SAFETENSORS;
    } else if (index(start)) {
      return SAFETENSORS_INDEX;
    }
    throw another(file, OtherFormats.file(file, start));
  }

  private static boolean legacy(byte[] start) {
    int at =
        Bytes.indexOf(
            Arrays.copyOf(start, Math.min(start.length, LEGACY_AT + LEGACY.length)), LEGACY);
    return at > 0 && start[0] == (byte) 0x80;
  }

  private static boolean index(byte[] start) {
    String text = new String(start, StandardCharsets.UTF_8).strip();
    return text.startsWith("{")
        && (text.contains("\"" + ShardedTensors.WEIGHT_MAP + "\"")
            || text.contains(".safetensors\""));
  }

  private static UnreadableFileException another(Path file, String got) {
    return new UnreadableFileException(
        file.toString(),
        "",
        "the file must be Keras HDF5 (.h5), .keras, safetensors or PyTorch (.pth), got " + got);
  }

  static boolean begins(byte[] start, byte... with) {
    return start.length >= with.length
        && Arrays.equals(start, 0, with.length, with, 0, with.length);
  }

  private static WeightFormat zip(Path file) throws IOException {
    List<String> names;
    try (CheckedZip zip = CheckedZip.open(file)) {
      names = zip.names();
    }
    if (names.contains(KerasFile.WEIGHTS)) {
      return KERAS_ZIP;
    }
    String other = OtherFormats.zip(names);
    if (other.isEmpty() && names.stream().anyMatch(name -> name.endsWith("data.pkl"))) {
      return TORCH_ZIP;
    }
    throw another(file, other.isEmpty() ? "another zip" : other);
  }
}
