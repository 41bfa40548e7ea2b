package dev.finetune.zoo.weights;

import dev.finetune.image.Preprocessing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A file format, told from a file's first bytes, and what comes with it. */
public enum WeightFormat {
  /** Keras' HDF5. Its VGG16 and SqueezeNet were converted from Caffe and want Caffe's input. */
  KERAS_H5(Preprocessing.CAFFE),
  /** safetensors with torchvision's names; torchvision's networks want its input. */
  SAFETENSORS(Preprocessing.TORCH);

  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  private final Preprocessing preprocessing;

  WeightFormat(Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
  }

  /** How weights of this format want their images. */
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /**
   * The format of a file.
   *
   * @throws IOException if it is missing or neither
   */
  public static WeightFormat of(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": no such weight file");
    }
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(9);
    }
    if (start.length == 9 && Arrays.equals(start, 0, 8, HDF5, 0, 8)) {
      return KERAS_H5;
    }
    if (start.length == 9 && start[8] == '{') {
      return SAFETENSORS;
    }
    throw new IOException(
        file + ": weights are Keras HDF5 (.h5) or safetensors; this file begins like neither");
  }
}
