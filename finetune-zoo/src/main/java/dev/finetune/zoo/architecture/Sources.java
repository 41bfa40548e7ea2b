package dev.finetune.zoo.architecture;

import dev.finetune.zoo.download.WeightFile;
import java.net.URI;

/** Weight sources by publisher. */
final class Sources {

  private static final String KERAS =
      "https://storage.googleapis.com/tensorflow/keras-applications/";
  private static final String TORCHVISION = "https://download.pytorch.org/models/";

  private Sources() {}

  /** Returns a file of Keras, with the MD5 hash from Keras' source code. */
  static WeightSource keras(String folder, String name, boolean withTop, String md5) {
    return keras(URI.create(KERAS + folder + "/" + name), name, withTop, md5);
  }

  static WeightSource keras(URI address, String name, boolean withTop, String md5) {
    return new WeightSource(Dialect.KERAS, withTop, WeightFile.md5(name, address, md5));
  }

  /** Returns a file of Keras with the usual name. */
  static WeightSource kerasKernels(String folder, String stem, boolean withTop, String md5) {
    String name = stem + "_weights_tf_dim_ordering_tf_kernels" + (withTop ? ".h5" : "_notop.h5");
    return keras(folder, name, withTop, md5);
  }

  /**
   * Returns a file of torchvision, whose name contains the first eight digits of its SHA-256 hash.
   */
  static WeightSource torchvision(String stem, String sha256) {
    String name = stem + "-" + sha256 + ".pth";
    return new WeightSource(
        Dialect.TORCHVISION,
        true,
        WeightFile.sha256Prefix(name, URI.create(TORCHVISION + name), sha256));
  }
}
