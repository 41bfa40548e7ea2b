package dev.finetune;

import dev.finetune.backbone.Backbone;
import dev.finetune.data.ImageDataset;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.Engines;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.evaluate.Prediction;
import dev.finetune.graph.LayerGraph;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import dev.finetune.internal.continued.ContinuedModel;
import dev.finetune.internal.modelfile.Description;
import dev.finetune.internal.modelfile.ModelFiles;
import dev.finetune.internal.modelfile.StoredEngine;
import dev.finetune.internal.modelfile.StoredModel;
import dev.finetune.internal.network.Network;
import dev.finetune.train.History;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A trained classifier with its history and provenance. Safe for use from several threads; one of
 * them computes at a time.
 *
 * <p>It owns native memory. {@link #close} frees it at once; otherwise it is freed when the model
 * is no longer reachable.
 */
public final class FineTunedModel implements AutoCloseable {

  private final StoredModel stored;
  private final EngineOptions engine;
  private final ImageClassifier classifier;

  private FineTunedModel(StoredModel stored, EngineOptions engine, ImageClassifier classifier) {
    this.stored = stored;
    this.engine = engine;
    this.classifier = classifier;
  }

  /** Returns a model computed with these options, whatever options it was trained with. */
  static FineTunedModel of(StoredModel stored, EngineOptions engine) {
    Description description = stored.description();
    return new FineTunedModel(
        stored,
        engine,
        new ImageClassifier(
            description.input(),
            description.classNames(),
            Network.of(description.graph(), stored.weights(), engine)));
  }

  /** Returns the engine settings that the model file stores. */
  static StoredEngine stored(EngineOptions options) {
    return new StoredEngine(Engines.find(options).name(), options.winograd());
  }

  /**
   * Returns options with the stored engine, if it can compute here, and this machine's thread
   * count.
   */
  private static EngineOptions options(StoredEngine stored) {
    EngineOptions options = EngineOptions.defaults().winograd(stored.winograd());
    boolean here =
        Engines.all().stream()
            .anyMatch(e -> e.name().equals(stored.name()) && e.availability().computes());
    return here ? options.engine(stored.name()) : options;
  }

  /**
   * Reads a model that {@link #save} wrote. It is computed with the engine that it was trained with
   * if that engine can compute here, and otherwise with the preferred one.
   *
   * @param file the model file
   * @return the model
   * @throws IOException if the file cannot be read or is not a valid model; the message names the
   *     file and the reason
   * @throws dev.finetune.engine.EngineException if no engine can compute the model
   */
  public static FineTunedModel load(Path file) throws IOException {
    StoredModel stored = ModelFiles.read(file);
    return of(stored, options(stored.description().engine()));
  }

  /**
   * Reads a model that {@link #save} wrote, to be computed with other options than in training.
   *
   * @param file the model file
   * @param engine how the network is computed
   * @return the model
   * @throws IOException if the file cannot be read or is not a valid model; the message names the
   *     file and the reason
   * @throws dev.finetune.engine.EngineException if the engine cannot compute the model
   */
  public static FineTunedModel load(Path file, EngineOptions engine) throws IOException {
    return of(ModelFiles.read(file), engine);
  }

  /**
   * Reads a saved model and modifies its engine options.
   *
   * @param file the zip file that {@link #save} wrote
   * @param change receives the options that {@link #load(Path)} would use and returns those to use
   * @return the model
   * @throws IOException if the file cannot be read or is not a saved model; the message says why
   */
  public static FineTunedModel load(Path file, UnaryOperator<EngineOptions> change)
      throws IOException {
    StoredModel stored = ModelFiles.read(file);
    return of(stored, change.apply(options(stored.description().engine())));
  }

  /**
   * Writes the model as a zip file: {@code model.json} with classes, input, layers, plan, history
   * and provenance, {@code weights.safetensors} with the weights, and {@code SHA256SUMS}. The file
   * appears complete or not at all. The same model gives the same bytes.
   *
   * @param file the file to write; replaced if it exists
   * @throws IOException if the file cannot be written; the message names it
   * @throws dev.finetune.weights.WeightsException if a weight is not finite; nothing is written
   */
  public void save(Path file) throws IOException {
    ModelFiles.write(stored, file);
  }

  /**
   * {@return the class probabilities of an image}
   *
   * @param image an image of any size
   * @throws IllegalArgumentException if the image has a value that is NaN or infinite
   * @throws IllegalStateException if a logit is not finite, or the model is closed
   */
  public Prediction classify(Pixels image) {
    return classifier.classify(image);
  }

  /**
   * {@return the class probabilities of several images, in order} They are computed in batches.
   *
   * @param images images of any size; may be empty
   * @throws IllegalArgumentException if an image has a value that is NaN or infinite
   * @throws IllegalStateException if a logit is not finite, or the model is closed
   */
  public List<Prediction> classify(List<Pixels> images) {
    return classifier.classify(images);
  }

  /**
   * {@return the logits of an image, one per class}
   *
   * @param image an image of any size
   * @throws IllegalArgumentException if the image has a value that is NaN or infinite
   * @throws IllegalStateException if a logit is not finite, or the model is closed
   */
  public float[] logits(Pixels image) {
    return classifier.logits(image);
  }

  /**
   * {@return the results on labelled images} See {@link ImageClassifier#evaluate(ImageDataset)}.
   *
   * @param data at least one image; its classes must all be classes of the model, in any order
   */
  public Evaluation evaluate(ImageDataset data) {
    return classifier.evaluate(data);
  }

  /**
   * Frees the native memory after the current computation, and closes the {@link #classifier}.
   * Later computations throw {@link IllegalStateException}; weights and descriptions stay readable,
   * and the model can be saved. Closing again has no effect.
   */
  @Override
  public void close() {
    classifier.close();
  }

  /** {@return the names of the classes, in the order of the logits} */
  public List<String> classNames() {
    return classifier.classNames();
  }

  /** {@return the engine options that the model computes with} */
  public EngineOptions engine() {
    return engine;
  }

  /**
   * {@return the size and preprocessing of the input images, which the methods of this class apply}
   */
  public InputSpec input() {
    return classifier.input();
  }

  /** {@return the results of the training} */
  public History history() {
    return stored.description().history();
  }

  /** {@return the plan that the model was trained with, as JSON} */
  public String planJson() {
    return stored.description().plan().toString();
  }

  /** {@return the origin of the model as JSON: seed, options, versions and pretrained weights} */
  public String provenanceJson() {
    return stored.description().provenance().toString();
  }

  /** {@return the classifier without history and provenance} Closing either closes both. */
  public ImageClassifier classifier() {
    return classifier;
  }

  /** {@return the layers of the network} */
  public LayerGraph graph() {
    return stored.description().graph();
  }

  /** {@return the values of all parameters} */
  public Weights weights() {
    return stored.weights();
  }

  /**
   * {@return the trained backbone without the head, for fine-tuning on another task} {@link
   * FineTune#from(FineTunedModel)} keeps the head too.
   */
  public Backbone backbone() {
    return backbone(backboneName() + "-trained");
  }

  private String backboneName() {
    return stored.description().plan().path("backbone").asText("backbone");
  }

  /** Returns the model as the start of another training. */
  ContinuedModel continued() {
    return ContinuedModel.of(stored, backbone(backboneName()), engine);
  }

  private Backbone backbone(String name) {
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
