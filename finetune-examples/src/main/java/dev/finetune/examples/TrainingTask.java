package dev.finetune.examples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finetune.FineTune;
import dev.finetune.FineTunePlan;
import dev.finetune.TrainedModel;
import dev.finetune.data.ImageSource;
import dev.finetune.loss.Targets;
import dev.finetune.recipe.AfterTraining;
import dev.finetune.recipe.Recipe;
import dev.finetune.recipe.RecipeSettings;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a network learns about images: classes, tags or values.
 *
 * @param <D> the images with their targets
 * @param <M> the model
 * @param <E> the results on test images
 */
interface TrainingTask<D extends ImageSource, M extends TrainedModel, E> {

  /** Returns the word for the outputs in the names of files, such as {@code classes}. */
  String name();

  /** Returns what the images have. */
  Targets.Kind kind();

  /** Returns the names of the outputs. */
  List<String> outputs(D images);

  /** Sets the number of outputs. */
  FineTune outputs(FineTune training, int count);

  /** Returns the target of each image as text, to recognise the images later. */
  List<String> targets(D images);

  /** Sets images aside for validation. */
  Parts<D> split(D images, Function<String, String> groupOf, double share, long seed);

  /** The images of training and validation. */
  record Parts<D>(D train, D valid) {}

  /** Returns the settings that a recipe chooses. */
  RecipeSettings settings(FineTune training, D train, D valid, Recipe recipe);

  /**
   * Returns a model improved after its training.
   *
   * @param model closed if another one is returned
   * @param recent the weights of earlier epochs
   */
  default M improved(M model, D valid, AfterTraining after, List<Weights> recent) {
    return model;
  }

  /** Returns the notation of the views that a model averages; empty for a model without views. */
  default String views(M model) {
    return "";
  }

  /** Trains a model. */
  M train(FineTunePlan plan, D train, D valid, TrainOptions options);

  /** Tests a model. */
  E evaluate(M model, D images);

  /** Returns the results as numbers. */
  ObjectNode figures(E evaluation);

  /** Returns the results by output as a CSV table. */
  String table(E evaluation);

  /** Reads all images of one part, with the outputs of another one if they are not null. */
  interface Reader<D> {
    D read(String argument, Path from, @Nullable D like) throws IOException;
  }
}
