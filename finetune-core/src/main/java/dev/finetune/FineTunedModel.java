package dev.finetune;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkNotNull;

import com.google.common.collect.ImmutableList;
import dev.finetune.data.ImageDataset;
import dev.finetune.engine.EngineOptions;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.evaluate.PairedDifference;
import dev.finetune.evaluate.Prediction;
import dev.finetune.image.Pixels;
import dev.finetune.image.Views;
import dev.finetune.internal.continued.ContinuedModel;
import dev.finetune.internal.modelfile.Description;
import dev.finetune.internal.modelfile.StoredModel;
import dev.finetune.internal.network.Network;
import dev.finetune.internal.soup.GreedySoup;
import dev.finetune.internal.soup.ModelSoup;
import dev.finetune.loss.Targets;
import dev.finetune.recipe.AfterTraining;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

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
   * {@return the greedy soup of models by accuracy} See {@link #soup(List, ImageDataset,
   * ToDoubleFunction)}.
   *
   * @param models at least one model, all with the same layers, classes, input, views and colours
   * @param valid the validation images: at least one
   * @throws IllegalArgumentException if there is no model or no image, or the models differ
   */
  public static FineTunedModel soup(List<FineTunedModel> models, ImageDataset valid) {
    return soup(models, valid, Evaluation::accuracy);
  }

  /**
   * {@return the greedy soup of models: one model with the average of the weights of several, which
   * costs no more than one of them} It is computed with the engine options of the first model.
   *
   * <p>The soup begins with the model that has the highest score on the validation images. Then
   * each other model, in descending order of the scores, becomes a member if the average with it
   * has at least the score of the average without it (M. Wortsman et al., "Model soups: averaging
   * weights of multiple fine-tuned models improves accuracy without increasing inference time",
   * 2022, Recipe 1). Models with equal scores come in the given order, and a model that leaves the
   * score as it is becomes a member. The score of the soup is never lower than that of the best
   * model.
   *
   * <p>Averages work for models that were fine-tuned from the same weights, with other settings or
   * seeds. Heads that began with other random values rarely average well; continue one model
   * ({@link FineTune#from(FineTunedModel)}) to begin with the same. Running statistics of batch
   * normalisation are averaged too, which is an approximation: with trainable batch normalisation
   * few models may become members.
   *
   * <p>Plan, history and provenance are those of the model with the highest score. The provenance
   * has the key {@code soup} with the scores, the SHA-256 of the weights, and the provenance of all
   * members. The score is chosen on the validation images, so it is too high for other images: test
   * the soup on images that no model was chosen with.
   *
   * @param models at least one model, all with the same layers, classes, input, views and colours;
   *     they do not change, and may be closed
   * @param valid the validation images: at least one. They are evaluated once for each model, and
   *     once for each model but the best in an average
   * @param score the score of an evaluation, not NaN; higher is better, such as {@code e ->
   *     -e.loss()}
   * @throws IllegalArgumentException if there is no model or no image, the models differ, or a
   *     score is NaN
   * @throws dev.finetune.data.DatasetException if an image cannot be read or has a value that is
   *     not finite, a label is not an index into the classes, or a class is unknown
   * @throws dev.finetune.weights.WeightsException if a weight is not finite
   * @throws IllegalStateException if a logit is not finite
   */
  public static FineTunedModel soup(
      List<FineTunedModel> models, ImageDataset valid, ToDoubleFunction<Evaluation> score) {
    checkArgument(!models.isEmpty(), "A soup must have at least one model, got none");
    EngineOptions engine = models.get(0).engine();
    StoredModel soup =
        ModelSoup.of(
            models.stream().map(TrainedModel::stored).toList(),
            stored -> {
              try (FineTunedModel model = of(stored, engine)) {
                return score.applyAsDouble(model.evaluate(valid));
              }
            });
    return of(soup, engine);
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
   * @throws IllegalArgumentException if there is no image, or the colours are not read as those of
   *     the training
   */
  public Evaluation evaluate(ImageDataset data) {
    requireColours(data);
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
   * views; see {@link FineTune#from(FineTunedModel)}. Both models have native memory of their own:
   * closing either leaves the other open.
   *
   * <pre>{@code
   * FineTunedModel averaging = model.withViews(Views.parse("identity,zoom:0.9,zoom:1.1"));
   * averaging.save(file);
   * }</pre>
   *
   * @param views the views in place of those of this model
   * @throws NullPointerException if {@code views} is null
   * @throws dev.finetune.engine.EngineException if no engine can compute the model
   */
  public FineTunedModel withViews(Views views) {
    checkNotNull(views, "views must not be null");
    return of(
        new StoredModel(stored().description().withViews(views), stored().weights()), engine());
  }

  /**
   * {@return a model with those views that lower the loss on validation images most} A model with
   * {@linkplain Views#none no views} if none of them lowers the loss by more than the standard
   * error of the difference: several views cost as many forward passes. Each image counts as a
   * group of its own.
   *
   * @param valid the validation images: at least one. They are evaluated once without views, and
   *     once with each of the views
   * @param choices the views to choose from
   * @throws dev.finetune.data.DatasetException if an image cannot be read or has a value that is
   *     not finite, a label is not an index into the classes, or a class is unknown
   * @throws IllegalArgumentException if there is no image
   * @throws dev.finetune.engine.EngineException if no engine can compute the model
   */
  public FineTunedModel withBestViews(ImageDataset valid, List<Views> choices) {
    return withBestViews(valid, choices, UnaryOperator.identity());
  }

  /**
   * {@return a model with those views that lower the loss on validation images most} See {@link
   * #withBestViews(ImageDataset, List)}.
   *
   * @param valid the validation images: at least one
   * @param choices the views to choose from
   * @param groupOf returns the group of an image by its name; images of a group are alike for
   *     reasons other than their class
   */
  public FineTunedModel withBestViews(
      ImageDataset valid, List<Views> choices, UnaryOperator<String> groupOf) {
    List<String> groups = groups(valid, groupOf);
    Views best = Views.none();
    Evaluation lowest = lossesWith(best, valid);
    Evaluation without = lowest;
    for (Views views : choices) {
      Evaluation averaged = lossesWith(views, valid);
      if (averaged.loss() < lowest.loss()
          && PairedDifference.of(averaged.losses(), without.losses(), groups).isImprovement()) {
        best = views;
        lowest = averaged;
      }
    }
    return withViews(best);
  }

  /**
   * {@return a model with the average of these weights and others, such as those of earlier epochs,
   * if it lowers the loss on validation images} Otherwise one with the weights of this model. See
   * {@link #withBestAverage(List, ImageDataset, UnaryOperator)}; each image counts as a group of
   * its own.
   *
   * @param others the other weights
   * @param valid the validation images: at least one
   */
  public FineTunedModel withBestAverage(List<Weights> others, ImageDataset valid) {
    return withBestAverage(others, valid, UnaryOperator.identity());
  }

  /**
   * {@return a model with the average of these weights and others, such as those of earlier epochs,
   * if it lowers the loss on validation images} Otherwise one with the weights of this model. It is
   * the greedy soup of them by loss, see {@link #soup(List, ImageDataset, ToDoubleFunction)}, and
   * is taken only if its loss is lower by more than the standard error of the difference. The
   * provenance then has the key {@code averagedEpochs}.
   *
   * @param others the other weights, each with a value for every parameter of the network; see
   *     {@link dev.finetune.train.EpochWeights}
   * @param valid the validation images: at least one. They are evaluated about twice for each of
   *     the weights
   * @param groupOf returns the group of an image by its name; images of a group are alike for
   *     reasons other than their class
   * @throws dev.finetune.data.DatasetException if an image cannot be read or has a value that is
   *     not finite, a label is not an index into the classes, or a class is unknown
   * @throws dev.finetune.weights.WeightsException if weights are not those of the network, or a
   *     value is not finite
   * @throws IllegalArgumentException if there is no image
   */
  public FineTunedModel withBestAverage(
      List<Weights> others, ImageDataset valid, UnaryOperator<String> groupOf) {
    List<Weights> candidates =
        ImmutableList.<Weights>builder().add(stored().weights()).addAll(others).build();
    GreedySoup soup =
        GreedySoup.of(
            stored().description().graph(),
            candidates,
            weights -> -evaluation(new StoredModel(stored().description(), weights), valid).loss());
    if (soup.members().equals(List.of(0))) {
      return of(stored(), engine());
    }
    StoredModel averaged =
        new StoredModel(ModelSoup.averaged(stored().description(), soup), soup.weights());
    boolean better =
        PairedDifference.of(
                evaluation(averaged, valid).losses(),
                evaluate(valid).losses(),
                groups(valid, groupOf))
            .isImprovement();
    return of(better ? averaged : stored(), engine());
  }

  /**
   * {@return a model with the average and the views that lower the loss on validation images, as a
   * recipe says} See {@link #withBestAverage} and {@link #withBestViews}. Both models have native
   * memory of their own.
   *
   * @param after what may improve the model
   * @param recent the weights of earlier epochs, at most as many as {@code after} says
   * @param valid the validation images: at least one
   */
  public FineTunedModel improved(AfterTraining after, List<Weights> recent, ImageDataset valid) {
    FineTunedModel averaged =
        recent.isEmpty() ? of(stored(), engine()) : withBestAverage(recent, valid, after.groupOf());
    if (after.views().isEmpty()) {
      return averaged;
    }
    try (averaged) {
      return averaged.withBestViews(valid, after.views(), after.groupOf());
    }
  }

  private static List<String> groups(ImageDataset valid, UnaryOperator<String> groupOf) {
    return IntStream.range(0, valid.size()).mapToObj(valid::name).map(groupOf).toList();
  }

  private Evaluation evaluation(StoredModel other, ImageDataset valid) {
    try (FineTunedModel model = of(other, engine())) {
      return model.evaluate(valid);
    }
  }

  private Evaluation lossesWith(Views views, ImageDataset valid) {
    try (FineTunedModel viewed = withViews(views)) {
      return viewed.evaluate(valid);
    }
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
