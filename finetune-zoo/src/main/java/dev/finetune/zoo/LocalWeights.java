package dev.finetune.zoo;

import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import dev.finetune.weights.WeightsException;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.weights.WeightReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A reader of weights from a file that the application gave. */
final class LocalWeights {

  private LocalWeights() {}

  /**
   * Reads the weights of a network.
   *
   * @throws WeightsException if the file does not fit the network; it names the network of the zoo
   *     that it fits, if there is one
   */
  static Weights read(WeightChoice.Local local, Architecture architecture, Form form)
      throws IOException {
    try {
      return WeightReader.read(local.file(), architecture, form, local.names());
    } catch (WeightsException e) {
      List<String> fitting = fitting(local.file(), architecture);
      if (fitting.isEmpty()) {
        throw e;
      }
      throw new WeightsException(
          local.file().toString(),
          e.problems(),
          architecture.name() + " was asked for; the file fits " + String.join(", ", fitting));
    }
  }

  /** Returns the names of the other networks of the zoo that a file has the weights of. */
  private static List<String> fitting(Path file, Architecture asked) throws IOException {
    return WeightReader.fitting(file, Architectures.all().values()).stream()
        .map(Architecture::name)
        .filter(name -> !name.equals(asked.name()))
        .toList();
  }

  /** Reads the last layer of the classifier, if the file has it. */
  static Optional<Map<ParameterRole, Tensor>> classifier(
      WeightChoice.Local local, Architecture architecture, Form form) {
    try {
      return WeightReader.readClassifier(local.file(), architecture, form, local.names());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the origin of the weights, for provenance. */
  static String origin(WeightChoice.Local local) {
    try {
      return local.file().getFileName()
          + ", sha256 "
          + FileHash.sha256(WeightReader.files(local.file()))
          + local
              .names()
              .prefix()
              .map(prefix -> prefix.text().isEmpty() ? "" : ", prefix " + prefix.text())
              .orElse("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
