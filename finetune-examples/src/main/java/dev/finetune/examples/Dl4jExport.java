package dev.finetune.examples;

import dev.finetune.FineTunedModel;
import dev.finetune.dl4j.Dl4jModels;
import java.io.IOException;
import java.nio.file.Path;

/** The only class here that uses finetune-dl4j: the other commands run without that dependency. */
final class Dl4jExport {

  private Dl4jExport() {}

  /**
   * Writes a model as a zip of Deeplearning4j.
   *
   * @throws IOException if the file cannot be written, or finetune-dl4j or Deeplearning4j is not on
   *     the class path; the message names the dependency to add
   */
  static void write(FineTunedModel model, Path file) throws IOException {
    try {
      Dl4jModels.write(model, file);
    } catch (NoClassDefFoundError e) {
      throw new IOException(
          "The export to Deeplearning4j needs the dependency dev.finetune:finetune-dl4j with an"
              + " ND4J backend, such as org.nd4j:nd4j-native (mvn -Pdl4j package puts both beside"
              + " these examples); not found on the class path: "
              + e.getMessage(),
          e);
    }
  }
}
