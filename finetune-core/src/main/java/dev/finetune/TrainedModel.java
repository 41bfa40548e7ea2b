package dev.finetune;

import dev.finetune.backbone.Backbone;
import dev.finetune.data.ImageSource;
import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.LayerGraph;
import dev.finetune.image.ColourRule;
import dev.finetune.image.InputSpec;
import dev.finetune.internal.modelfile.Description;
import dev.finetune.internal.modelfile.ModelFiles;
import dev.finetune.internal.modelfile.StoredModel;
import dev.finetune.internal.training.SameColours;
import dev.finetune.train.History;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A trained network with its history and provenance: a {@link FineTunedModel} for classes, a {@link
 * TagModel} or a {@link ValueModel}. Safe for use from several threads; one of them computes at a
 * time.
 *
 * <p>It owns native memory. {@link #close} frees it at once; otherwise it is freed when the model
 * is no longer reachable. {@link Models} reads models of any kind.
 */
public abstract sealed class TrainedModel implements AutoCloseable
    permits FineTunedModel, TagModel, ValueModel {

  private final StoredModel stored;
  private final EngineOptions engine;

  TrainedModel(StoredModel stored, EngineOptions engine) {
    this.stored = stored;
    this.engine = engine;
  }

  /** Returns the contents of the model file. */
  final StoredModel stored() {
    return stored;
  }

  /**
   * Writes the model as a zip file: {@code model.json} with the names of the outputs, input,
   * layers, plan, history and provenance, {@code weights.safetensors} with the weights, and {@code
   * SHA256SUMS}. The file appears complete or not at all. The same model gives the same bytes.
   *
   * @param file the file to write; replaced if it exists
   * @throws IOException if the file cannot be written; the message names it
   * @throws dev.finetune.weights.WeightsException if a weight is not finite; nothing is written
   */
  public final void save(Path file) throws IOException {
    ModelFiles.write(stored, file);
  }

  /**
   * Frees the native memory after the current computation. Later computations throw {@link
   * IllegalStateException}; weights and descriptions stay readable, and the model can be saved.
   * Closing again has no effect.
   */
  @Override
  public abstract void close();

  /** {@return the engine options that the model computes with} */
  public final EngineOptions engine() {
    return engine;
  }

  /**
   * {@return the size and preprocessing of the input images, which the methods of this class apply}
   */
  public final InputSpec input() {
    return stored.description().input();
  }

  /**
   * {@return how the colours of image files must be read for the model, as those of the training
   * images} {@link ColourRule#STORED} if it is not known. The methods of this class that take
   * datasets refuse those that are read by another rule.
   */
  public final ColourRule colours() {
    return stored.description().colours().orElse(ColourRule.STORED);
  }

  /**
   * Checks how the colours of images are read.
   *
   * @throws IllegalArgumentException if by another rule than those of the training
   */
  final void requireColours(ImageSource data) {
    SameColours.require(
        "The images", data.colours(), "the training", stored.description().colours());
  }

  /** {@return the results of the training} */
  public final History history() {
    return stored.description().history();
  }

  /** {@return the plan that the model was trained with, as JSON} */
  public final String planJson() {
    return stored.description().plan().toString();
  }

  /** {@return the origin of the model as JSON: seed, options, versions and pretrained weights} */
  public final String provenanceJson() {
    return stored.description().provenance().toString();
  }

  /** {@return the layers of the network} */
  public final LayerGraph graph() {
    return stored.description().graph();
  }

  /** {@return the values of all parameters} */
  public final Weights weights() {
    return stored.weights();
  }

  /** {@return the trained backbone without the head, for fine-tuning on another task} */
  public final Backbone backbone() {
    return backbone(backboneName() + "-trained");
  }

  /** Returns the name of the backbone that the training began with. */
  final String backboneName() {
    return stored.description().plan().path("backbone").asText("backbone");
  }

  /** Returns the trained backbone with a name. */
  final Backbone backbone(String name) {
    Description description = stored.description();
    LayerGraph backbone = graph().upTo(description.backboneOutput());
    return Backbone.of(
        name,
        input(),
        backbone,
        weights().only(backbone),
        "trained by finetune, seed " + description.provenance().path("seed").asLong());
  }
}
