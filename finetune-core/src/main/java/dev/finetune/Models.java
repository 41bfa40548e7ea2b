package dev.finetune;

import dev.finetune.engine.EngineOptions;
import dev.finetune.internal.modelfile.ModelFiles;
import dev.finetune.internal.modelfile.StoredModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * Reads saved models whose kind is not known. Where it is known, {@link FineTunedModel#load},
 * {@link TagModel#load} and {@link ValueModel#load} are simpler.
 *
 * <pre>{@code
 * try (TrainedModel model = Models.load(file)) {
 *   System.out.println(model.history().last());
 * }
 * }</pre>
 */
public final class Models {

  private Models() {}

  /**
   * Reads a model of any kind that {@link TrainedModel#save} wrote. See {@link
   * FineTunedModel#load(Path)}.
   *
   * @param file the model file
   * @return a {@link FineTunedModel}, {@link TagModel} or {@link ValueModel}
   * @throws IOException if the file cannot be read or is not a valid model; the message names the
   *     file and the reason
   * @throws dev.finetune.engine.EngineException if no engine can compute the model
   */
  public static TrainedModel load(Path file) throws IOException {
    return load(file, options -> options);
  }

  /**
   * Reads a model of any kind and modifies its engine options.
   *
   * @param file the model file
   * @param change receives the options that {@link #load(Path)} would use and returns those to use
   * @return a {@link FineTunedModel}, {@link TagModel} or {@link ValueModel}
   * @throws IOException if the file cannot be read or is not a valid model; the message names the
   *     file and the reason
   * @throws dev.finetune.engine.EngineException if the engine cannot compute the model
   */
  public static TrainedModel load(Path file, UnaryOperator<EngineOptions> change)
      throws IOException {
    StoredModel stored = ModelFiles.read(file);
    EngineOptions engine = change.apply(ModelLoading.options(stored));
    return switch (stored.description().outputs().kind()) {
      case CLASSES, DISTRIBUTIONS -> FineTunedModel.of(stored, engine);
      case TAGS -> TagModel.of(stored, engine);
      case VALUES -> ValueModel.of(stored, engine);
    };
  }
}
