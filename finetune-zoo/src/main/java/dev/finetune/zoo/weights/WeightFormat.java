package dev.finetune.zoo.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

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
  /** PyTorch since 1.6: {@code .pth}, a zip. */
  TORCH_ZIP,
  /** PyTorch before 1.6: {@code .pth}, a sequence of pickles. */
  TORCH_LEGACY;

  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final byte[] ZIP = {'P', 'K', 3, 4};

  /** The start of a pickle of protocol 2 with PyTorch's magic number of ten bytes. */
  private static final byte[] LEGACY = {(byte) 0x80, 2, (byte) 0x8a, 10, 'l', (byte) 0xfc};

  /** {@return whether this is a format of Keras, rather than of PyTorch or safetensors} */
  public boolean keras() {
    return this == KERAS_H5 || this == KERAS_ZIP || this == KERAS_SHARDS;
  }

  /**
   * Recognises the format of a file.
   *
   * @param file the weight file
   * @return its format
   * @throws IOException if the file does not exist, cannot be read or has another format
   */
  public static WeightFormat of(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": must be a weight file, got a directory");
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": no such weight file");
    }
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(9);
    }
    if (begins(start, HDF5)) {
      return KERAS_H5;
    } else if (begins(start, LEGACY)) {
      return TORCH_LEGACY;
    } else if (begins(start, ZIP)) {
      return zip(file);
    } else if (start.length > 0 && start[0] == '{' && KerasShards.is(file)) {
      return KERAS_SHARDS;
    } else if (start.length == 9 && start[8] == '{') {
      return SAFETENSORS;
    }
    throw new IOException(
        file
            + ": the file must be Keras HDF5 (.h5), .keras, safetensors or PyTorch (.pth), got"
            + " another format");
  }

  private static boolean begins(byte[] start, byte[] with) {
    return start.length >= with.length
        && Arrays.equals(start, 0, with.length, with, 0, with.length);
  }

  private static WeightFormat zip(Path file) throws IOException {
    try (CheckedZip zip = CheckedZip.open(file)) {
      for (String name : zip.names()) {
        if (name.equals(KerasFile.WEIGHTS)) {
          return KERAS_ZIP;
        } else if (name.endsWith("data.pkl")) {
          return TORCH_ZIP;
        } else if (name.equals("coefficients.bin")) {
          throw new IOException(
              file
                  + ": the file is a Deeplearning4j model; create a backbone from it with"
                  + " Dl4jBackbone.of(name, path, input)");
        }
      }
    }
    throw new IOException(
        file + ": the zip must be a Keras (.keras) or PyTorch (.pth) file, got another one");
  }
}
