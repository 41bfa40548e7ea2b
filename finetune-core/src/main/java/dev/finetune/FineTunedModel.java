package dev.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.ImageDataset;
import dev.finetune.engine.EngineOptions;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.evaluate.Prediction;
import dev.finetune.graph.LayerGraph;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import dev.finetune.train.History;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A classifier that training gave, with how it came about. Safe to use from several threads; one
 * computes at a time.
 */
public final class FineTunedModel {

  private final ImageClassifier classifier;
  private final LayerGraph graph;
  private final String backboneOutput;
  private final JsonNode plan;
  private final History history;
  private final JsonNode provenance;

  FineTunedModel(
      ImageClassifier classifier,
      LayerGraph graph,
      String backboneOutput,
      JsonNode plan,
      History history,
      JsonNode provenance) {
    this.classifier = classifier;
    this.graph = graph;
    this.backboneOutput = backboneOutput;
    this.plan = plan;
    this.history = history;
    this.provenance = provenance;
  }

  /**
   * Reads a model that {@link #save} wrote.
   *
   * @throws IOException if the file cannot be read or is not such a model; the message says what is
   *     missing
   */
  public static FineTunedModel load(Path file) throws IOException {
    return ModelFile.read(file, Optional.empty());
  }

  /**
   * Reads a model that {@link #save} wrote, to be computed in another way than it was trained.
   *
   * @param engine how it is computed
   * @throws IOException if the file cannot be read or is not such a model; the message says what is
   *     missing
   */
  public static FineTunedModel load(Path file, EngineOptions engine) throws IOException {
    return ModelFile.read(file, Optional.of(engine));
  }

  /**
   * Writes the model as one zip: a plain Deeplearning4j graph, which that library opens by itself,
   * and beside it labels, input, plan, history and provenance. The file appears whole or not at
   * all.
   */
  public void save(Path file) throws IOException {
    ModelFile.write(this, file);
  }

  /** What it says of an image of any size. */
  public Prediction classify(Pixels image) {
    return classifier.classify(image);
  }

  /** What it says of several images, computed together. */
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

  /** The classes, in the order of the logits. */
  public List<String> classNames() {
    return classifier.classNames();
  }

  /** How it wants its images; the methods here see to it. */
  public InputSpec input() {
    return classifier.input();
  }

  /** The course of the training. */
  public History history() {
    return history;
  }

  /** The plan it was trained by, as JSON. */
  public String planJson() {
    return plan.toString();
  }

  /** Seed, options, versions and weights it came from, as JSON. */
  public String provenanceJson() {
    return provenance.toString();
  }

  /** The classifier without its history. */
  public ImageClassifier classifier() {
    return classifier;
  }

  /** Its layers. */
  public LayerGraph graph() {
    return graph;
  }

  /** The values of all its parameters. */
  public Weights weights() {
    return classifier.engine().weights();
  }

  /** Its backbone as trained, to fine-tune further on another task. */
  public Backbone backbone() {
    return TrainedBackbone.of(this);
  }

  /**
   * A Deeplearning4j graph of the same values: the one way out of this library. What is changed in
   * it changes nothing here. Not safe for several threads.
   */
  public ComputationGraph network() {
    return classifier.network();
  }

  String backboneOutput() {
    return backboneOutput;
  }

  JsonNode plan() {
    return plan;
  }

  JsonNode provenance() {
    return provenance;
  }
}
