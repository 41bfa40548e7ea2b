package dev.finetune;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.Labels;
import dev.finetune.engine.EngineOptions;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.evaluate.MeanProbabilities;
import dev.finetune.evaluate.Prediction;
import dev.finetune.graph.LayerGraph;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import dev.finetune.image.Views;
import dev.finetune.internal.network.Network;
import dev.finetune.loss.Targets;
import dev.finetune.weights.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * A network that classifies images. Safe for use from several threads; one of them computes at a
 * time. The classifier of a model with views averages over them; see {@link
 * FineTunedModel#withViews}.
 *
 * <p>It owns native memory. {@link #close} frees it at once; otherwise it is freed when the
 * classifier is no longer reachable.
 */
public final class ImageClassifier implements AutoCloseable {

  private final List<String> classNames;
  private final ImageNetwork network;

  /** Averages over views; empty if there is one view, the image as it is. */
  private final Optional<ViewedNetwork> viewed;

  ImageClassifier(InputSpec input, List<String> classNames, Views views, Network network) {
    this.classNames = List.copyOf(classNames);
    this.network = new ImageNetwork(input, Targets.Kind.CLASSES, this.classNames, network);
    this.viewed =
        views.isNone()
            ? Optional.empty()
            : Optional.of(new ViewedNetwork(this.network, views, this.classNames.size()));
    Labels.requireClassNames(this.classNames);
    checkArgument(
        network.graph().outputShape().size() == classNames.size(),
        "classNames must have one name per output (%s), got %s names",
        network.graph().outputShape().size(),
        classNames.size());
  }

  /**
   * {@return a classifier computed with the default options}
   *
   * @param input the size and preprocessing of the input images
   * @param classNames at least two distinct names, in the order of the logits
   * @param graph the layers, with one input of shape {@code input.shape()} and one output with a
   *     logit per class
   * @param weights a value for each parameter of the graph
   * @throws IllegalArgumentException if the class names are not distinct or do not fit the output
   * @throws dev.finetune.weights.WeightsException if a weight is not finite
   * @throws IllegalStateException if a weight is missing, or no engine can compute the layers
   */
  public static ImageClassifier of(
      InputSpec input, List<String> classNames, LayerGraph graph, Weights weights) {
    return of(input, classNames, graph, weights, EngineOptions.defaults());
  }

  /**
   * {@return a classifier}
   *
   * @param input the size and preprocessing of the input images
   * @param classNames at least two distinct names, in the order of the logits
   * @param graph the layers, with one input of shape {@code input.shape()} and one output with a
   *     logit per class
   * @param weights a value for each parameter of the graph
   * @param engine how the network is computed
   * @throws IllegalArgumentException if the class names are not distinct or do not fit the output
   * @throws dev.finetune.weights.WeightsException if a weight is not finite
   * @throws IllegalStateException if a weight is missing, or no engine can compute the layers
   */
  public static ImageClassifier of(
      InputSpec input,
      List<String> classNames,
      LayerGraph graph,
      Weights weights,
      EngineOptions engine) {
    weights.requireFinite("the classifier");
    return new ImageClassifier(input, classNames, Views.none(), Network.of(graph, weights, engine));
  }

  /** {@return the names of the classes, in the order of the logits} */
  public List<String> classNames() {
    return classNames;
  }

  /**
   * {@return the size and preprocessing of the input images, which the methods of this class apply}
   */
  public InputSpec input() {
    return network.input();
  }

  /**
   * {@return the class probabilities of an image}
   *
   * @param image an image of any size
   * @throws IllegalArgumentException if the image has a value that is NaN or infinite
   * @throws IllegalStateException if a logit is not finite, or the classifier is closed
   */
  public Prediction classify(Pixels image) {
    return classify(List.of(image)).get(0);
  }

  /**
   * {@return the class probabilities of several images, in order} They are computed in batches.
   *
   * @param images images of any size; may be empty
   * @throws IllegalArgumentException if an image has a value that is NaN or infinite
   * @throws IllegalStateException if a logit is not finite, or the classifier is closed
   */
  public List<Prediction> classify(List<Pixels> images) {
    if (viewed.isPresent()) {
      return viewed.get().probabilities(images).stream()
          .map(means -> new Prediction(classNames, Arrays.stream(means).boxed().toList()))
          .toList();
    }
    return network.outputs(images).stream()
        .map(logits -> Prediction.ofLogits(classNames, logits))
        .toList();
  }

  /**
   * {@return the logits of an image, one per class} With views they are the natural logarithms of
   * the averaged probabilities, whose softmax is these probabilities.
   *
   * @param image an image of any size
   * @throws IllegalArgumentException if the image has a value that is NaN or infinite
   * @throws IllegalStateException if a logit is not finite, or the classifier is closed
   */
  public float[] logits(Pixels image) {
    return viewed
        .map(v -> MeanProbabilities.logits(v.probabilities(image)))
        .orElseGet(() -> network.outputs(image));
  }

  /**
   * {@return the results on labelled images} Classes are matched by name.
   *
   * @param data at least one image; its classes must all be classes of this classifier, in any
   *     order
   * @throws DatasetException if an image cannot be read or has a value that is not finite, a label
   *     is not an index into the classes, or a class is unknown
   * @throws IllegalArgumentException if there is no image, or two classes have the same name
   * @throws IllegalStateException if a logit is not finite, or the classifier is closed
   */
  public Evaluation evaluate(ImageDataset data) {
    return evaluate(data, done -> {});
  }

  /**
   * {@return the results on labelled images} Classes are matched by name.
   *
   * @param data at least one image; its classes must all be classes of this classifier, in any
   *     order
   * @param progress receives the number of images done, after each batch
   * @throws DatasetException if an image cannot be read or has a value that is not finite, a label
   *     is not an index into the classes, or a class is unknown
   * @throws IllegalArgumentException if there is no image, or two classes have the same name
   * @throws IllegalStateException if a logit is not finite, or the classifier is closed
   */
  public Evaluation evaluate(ImageDataset data, IntConsumer progress) {
    int[] labels = labelsOf(data);
    Evaluation.Tally tally = Evaluation.tally(classNames);
    if (viewed.isPresent()) {
      viewed
          .get()
          .forEachImage(
              data,
              progress,
              (image, probabilities) -> tally.addProbabilities(probabilities, labels[image]));
      return tally.result();
    }
    network.forEachBatch(
        data,
        progress,
        (first, logits) -> {
          for (int i = 0; i < logits.length; i++) {
            tally.add(logits[i], labels[first + i]);
          }
        });
    return tally.result();
  }

  /**
   * Frees the native memory after the current computation. Later computations throw {@link
   * IllegalStateException}; closing again has no effect.
   */
  @Override
  public void close() {
    network.close();
  }

  private int[] labelsOf(ImageDataset data) {
    List<String> unknown =
        Labels.namesOf(data).stream().filter(name -> !classNames.contains(name)).toList();
    if (!unknown.isEmpty()) {
      throw new DatasetException(
          "Every class of the images must be one of "
              + classNames
              + Labels.lookAlike(classNames, unknown),
          unknown);
    }
    Labels.requireDistinct(data.classNames());
    int[] own = data.classNames().stream().mapToInt(classNames::indexOf).toArray();
    return IntStream.of(Labels.of(data).get(0)).map(label -> own[label]).toArray();
  }
}
