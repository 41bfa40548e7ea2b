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
 * A trained classifier with its history and provenance. Safe to use from several threads; one
 * computes at a time.
 *
 * <p>It owns native memory. {@link #close} gives it back at once; without it that happens when
 * nothing refers to the model.
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

  /** A model that is computed in that way, whatever it was trained with. */
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

  /** What a file says of the engine. */
  static StoredEngine stored(EngineOptions options) {
    return new StoredEngine(Engines.find(options).name(), options.winograd());
  }

  /** Threads are this machine's, not the saving one's; so is the engine, if it is not here. */
  private static EngineOptions options(StoredEngine stored) {
    EngineOptions options = EngineOptions.defaults().winograd(stored.winograd());
    boolean here =
        Engines.all().stream()
            .anyMatch(e -> e.name().equals(stored.name()) && e.availability().computes());
    return here ? options.engine(stored.name()) : options;
  }

  /**
   * Reads a model that {@link #save} wrote. The engine that it was trained with computes, if it is
   * on the class path and runs here; otherwise the preferred one.
   *
   * @throws IOException if the file cannot be read or is not such a model; the message says what is
   *     missing
   */
  public static FineTunedModel load(Path file) throws IOException {
    StoredModel stored = ModelFiles.read(file);
    return of(stored, options(stored.description().engine()));
  }

  /**
   * Reads a model that {@link #save} wrote, to be computed in another way than it was trained.
   *
   * @param engine how it is computed
   * @throws IOException if the file cannot be read or is not such a model; the message says what is
   *     missing
   */
  public static FineTunedModel load(Path file, EngineOptions engine) throws IOException {
    return of(ModelFiles.read(file), engine);
  }

  /**
   * Reads a model that {@link #save} wrote, computed as {@link #load(Path)} would compute it, but
   * for what is changed.
   *
   * @param change receives the options of {@link #load(Path)} and returns those to compute with
   * @throws IOException if the file cannot be read or is not such a model; the message says what is
   *     missing
   */
  public static FineTunedModel load(Path file, UnaryOperator<EngineOptions> change)
      throws IOException {
    StoredModel stored = ModelFiles.read(file);
    return of(stored, change.apply(options(stored.description().engine())));
  }

  /**
   * Writes the model as one zip: {@code model.json} with labels, input, layers, plan, history and
   * provenance, {@code weights.safetensors} with the weights, and {@code SHA256SUMS}. The file
   * appears whole or not at all, and the same model gives the same bytes.
   *
   * @throws dev.finetune.weights.WeightsException if a value of its weights is not finite; nothing
   *     is written
   */
  public void save(Path file) throws IOException {
    ModelFiles.write(stored, file);
  }

  /** Classifies an image of any size. */
  public Prediction classify(Pixels image) {
    return classifier.classify(image);
  }

  /** Classifies several images, computed together. */
  public List<Prediction> classify(List<Pixels> images) {
    return classifier.classify(images);
  }

  /** The scores of an image before softmax, one for each class. */
  public float[] logits(Pixels image) {
    return classifier.logits(image);
  }

  /** Judges it on labelled images: see {@link ImageClassifier#evaluate(ImageDataset)}. */
  public Evaluation evaluate(ImageDataset data) {
    return classifier.evaluate(data);
  }

  /**
   * Gives back its native memory, once what is being computed is done, and closes its {@link
   * #classifier}. What computes afterwards is an {@link IllegalStateException}; weights and
   * descriptions stay readable, and the model can be saved. Closing again does nothing.
   */
  @Override
  public void close() {
    classifier.close();
  }

  /** The classes, in the order of the logits. */
  public List<String> classNames() {
    return classifier.classNames();
  }

  /** Returns the options that the model is computed with. */
  public EngineOptions engine() {
    return engine;
  }

  /** How it wants its images; the methods here see to it. */
  public InputSpec input() {
    return classifier.input();
  }

  /** The course of the training. */
  public History history() {
    return stored.description().history();
  }

  /** The plan it was trained by, as JSON. */
  public String planJson() {
    return stored.description().plan().toString();
  }

  /** Seed, options, versions and weights it came from, as JSON. */
  public String provenanceJson() {
    return stored.description().provenance().toString();
  }

  /** The classifier without its history. */
  public ImageClassifier classifier() {
    return classifier;
  }

  /** Its layers. */
  public LayerGraph graph() {
    return stored.description().graph();
  }

  /** The values of all its parameters. */
  public Weights weights() {
    return stored.weights();
  }

  /** Its backbone as trained, to fine-tune further on another task. */
  public Backbone backbone() {
    Description description = stored.description();
    LayerGraph backbone = graph().upTo(description.backboneOutput());
    return Backbone.of(
        description.plan().path("backbone").asText("backbone") + "-trained",
        input(),
        backbone,
        weights().only(backbone),
        "trained by finetune, seed " + description.provenance().path("seed").asLong());
  }
}
