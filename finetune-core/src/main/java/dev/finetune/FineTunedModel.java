package dev.finetune;

import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.data.ImageDataset;
import dev.finetune.engine.EngineOptions;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.evaluate.Prediction;
import dev.finetune.image.Pixels;
import dev.finetune.image.Views;
import dev.finetune.internal.continued.ContinuedModel;
import dev.finetune.internal.modelfile.Description;
import dev.finetune.internal.modelfile.StoredModel;
import dev.finetune.internal.network.Network;
import dev.finetune.loss.Targets;
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
public final class FineTunedModel extends TrainedModel {

  private final ImageClassifier classifier;

  private FineTunedModel(StoredModel stored, EngineOptions engine, ImageClassifier classifier) {
    super(stored, engine);
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
            description.outputs().names(),
            description.views(),
            Network.of(description.graph(), stored.weights(), engine)));
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
    StoredModel stored = ModelLoading.read(file, Targets.Kind.CLASSES);
    return of(stored, ModelLoading.options(stored));
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
    return of(ModelLoading.read(file, Targets.Kind.CLASSES), engine);
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
    StoredModel stored = ModelLoading.read(file, Targets.Kind.CLASSES);
    return of(stored, change.apply(ModelLoading.options(stored)));
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
   * {@return the logits of an image, one per class} With {@linkplain #withViews views} they are the
   * natural logarithms of the averaged probabilities, whose softmax is these probabilities.
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

  /**
   * {@return a model with the same weights that classifies the mean over several views of an image}
   * The class probabilities of an image are the arithmetic means of those of its views, in float64.
   * The views apply to all methods that classify or evaluate, to {@link #classifier}, and to the
   * model when it is saved and loaded. {@link #history} stays: it has the results without views.
   *
   * <p>An image costs as many forward passes as there are views, but no more memory: views are
   * computed in the usual batches. {@link Views#none} returns to one pass. A continued model has no
   * views; see {@link FineTune#from(FineTunedModel)}.
   *
   * <pre>{@code
   * FineTunedModel averaging = model.withViews(Views.parse("identity,zoom:0.9,zoom:1.1"));
   * averaging.save(file);
   * }</pre>
   *
   * @param views the views in place of those of this model
   * @return the model; it has native memory of its own, so closing either model leaves the other
   *     open
   * @throws NullPointerException if {@code views} is null
   * @throws dev.finetune.engine.EngineException if no engine can compute the model
   */
  public FineTunedModel withViews(Views views) {
    checkNotNull(views, "views must not be null");
    return of(
        new StoredModel(stored().description().withViews(views), stored().weights()), engine());
  }

  /** {@return the views that are averaged; {@link Views#none} if there is one, the image itself} */
  public Views views() {
    return stored().description().views();
  }

  /** {@return the names of the classes, in the order of the logits} */
  public List<String> classNames() {
    return classifier.classNames();
  }

  /** {@return the classifier without history and provenance} Closing either closes both. */
  public ImageClassifier classifier() {
    return classifier;
  }

  /** Returns the model as the start of another training. */
  ContinuedModel continued() {
    return ContinuedModel.of(stored(), backbone(backboneName()), engine());
  }
}
