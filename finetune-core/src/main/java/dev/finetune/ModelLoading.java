package dev.finetune;

import dev.finetune.data.UnreadableFileException;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.Engines;
import dev.finetune.internal.modelfile.ModelFiles;
import dev.finetune.internal.modelfile.StoredEngine;
import dev.finetune.internal.modelfile.StoredModel;
import dev.finetune.loss.Targets;
import java.io.IOException;
import java.nio.file.Path;

/** What all kinds of models need to be saved and loaded. */
final class ModelLoading {

  private ModelLoading() {}

  /**
   * Reads a model file.
   *
   * @param kind what the outputs of the model must be
   * @throws IOException if the file cannot be read, or is not a model with such outputs; the
   *     message names the file and the class that loads it
   */
  static StoredModel read(Path file, Targets.Kind kind) throws IOException {
    StoredModel stored = ModelFiles.read(file);
    Targets.Kind own = stored.description().outputs().kind();
    if (own != kind) {
      throw new UnreadableFileException(
          file.toString(),
          "",
          "the model must have "
              + kind
              + " as outputs, got the "
              + own
              + " "
              + stored.description().outputs().names()
              + "; load it with "
              + type(own)
              + ".load");
    }
    return stored;
  }

  private static String type(Targets.Kind kind) {
    return switch (kind) {
      case TAGS -> "TagModel";
      case VALUES -> "ValueModel";
      case CLASSES, DISTRIBUTIONS -> "FineTunedModel";
    };
  }

  /**
   * Returns options with the stored engine, if it can compute here, and this machine's thread
   * count.
   */
  static EngineOptions options(StoredModel model) {
    StoredEngine stored = model.description().engine();
    EngineOptions options = EngineOptions.defaults().winograd(stored.winograd());
    boolean here =
        Engines.all().stream()
            .anyMatch(e -> e.name().equals(stored.name()) && e.availability().computes());
    return here ? options.engine(stored.name()) : options;
  }

  /** Returns the engine settings that the model file stores. */
  static StoredEngine stored(EngineOptions options) {
    return new StoredEngine(Engines.find(options).name(), options.winograd());
  }
}
