package dev.finetune.zoo.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A file format, told from what is in a file and not from its name. */
public enum WeightFormat {
  /** Keras' HDF5: {@code .h5} and {@code .weights.h5}. */
  KERAS_H5,
  /** Keras 3's whole model: {@code .keras}. */
  KERAS_ZIP,
  /** safetensors, as timm has it. */
  SAFETENSORS,
  /** PyTorch's since 1.6: {@code .pth}, a zip. */
  TORCH_ZIP,
  /** PyTorch's before 1.6: {@code .pth}, pickles in a row. */
  TORCH_LEGACY;

  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final byte[] ZIP = {'P', 'K', 3, 4};

  /** A pickle of protocol 2 that begins with PyTorch's magic number of ten bytes. */
  private static final byte[] LEGACY = {(byte) 0x80, 2, (byte) 0x8a, 10, 'l', (byte) 0xfc};

  /** Whether Keras wrote it, and not something of PyTorch's world. */
  public boolean keras() {
    return this == KERAS_H5 || this == KERAS_ZIP;
  }

  /**
   * The format of a file.
   *
   * @throws IOException if it is missing or none of these
   */
  public static WeightFormat of(Path file) throws IOException {
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
    } else if (start.length == 9 && start[8] == '{') {
      return SAFETENSORS;
    }
    throw new IOException(
        file
            + ": weights are Keras HDF5 (.h5), .keras, safetensors or PyTorch (.pth); this file"
            + " begins like none of them");
  }

  private static boolean begins(byte[] start, byte[] with) {
    return start.length >= with.length
        && Arrays.equals(start, 0, with.length, with, 0, with.length);
  }

  private static WeightFormat zip(Path file) throws IOException {
    try (CheckedZip zip = CheckedZip.open(file)) {
      for (String name : zip.names()) {
        if (name.equals(WeightReader.KERAS_ENTRY)) {
          return KERAS_ZIP;
        } else if (name.endsWith("data.pkl")) {
          return TORCH_ZIP;
        } else if (name.equals("coefficients.bin")) {
          throw new IOException(
              file
                  + ": a Deeplearning4j model has its own layers; make a backbone of it with"
                  + " Dl4jBackbone.of(path, ...)");
        }
      }
    }
    throw new IOException(file + ": a zip that neither Keras nor PyTorch wrote");
  }
}
