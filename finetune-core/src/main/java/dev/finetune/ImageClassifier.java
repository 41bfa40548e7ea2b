package dev.finetune;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.Labels;
import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.evaluate.Evaluation;
import dev.finetune.evaluate.Prediction;
import dev.finetune.graph.LayerGraph;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import dev.finetune.internal.network.Network;
import dev.finetune.internal.pipeline.PreparedImages;
import dev.finetune.weights.Finite;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A network that tells which class an image is of. Safe to use from several threads; one computes
 * at a time.
 *
 * <p>It owns native memory. {@link #close} gives it back at once; without it that happens when
 * nothing refers to the classifier.
 */
public final class ImageClassifier implements AutoCloseable {

  private static final int BATCH = 32;

  private final InputSpec input;
  private final List<String> classNames;
  private final Network network;

  ImageClassifier(InputSpec input, List<String> classNames, Network network) {
    this.input = input;
    this.classNames = List.copyOf(classNames);
    this.network = network;
    Labels.requireClassNames(this.classNames);
    checkArgument(
        network.graph().outputShape().size() == classNames.size(),
        "The network tells %s classes apart, and there are %s names",
        network.graph().outputShape().size(),
        classNames.size());
  }

  /**
   * A classifier of given parts.
   *
   * @param classNames at least two, all different
   * @param graph one input of {@code input.shape()}, one output: a logit per class
   * @throws dev.finetune.weights.WeightsException if a value of the weights is not finite
   */
  public static ImageClassifier of(
      InputSpec input, List<String> classNames, LayerGraph graph, Weights weights) {
    return of(input, classNames, graph, weights, EngineOptions.defaults());
  }

  /**
   * A classifier of given parts.
   *
   * @param graph one input of {@code input.shape()}, one output: a logit per class
   * @param engine how it is computed
   */
  public static ImageClassifier of(
      InputSpec input,
      List<String> classNames,
      LayerGraph graph,
      Weights weights,
      EngineOptions engine) {
    weights.requireFinite("the classifier");
    return new ImageClassifier(input, classNames, Network.of(graph, weights, engine));
  }

  /** The classes, in the order of the logits. */
  public List<String> classNames() {
    return classNames;
  }

  /** How it wants its images; the methods here see to it. */
  public InputSpec input() {
    return input;
  }

  /**
   * Classifies an image of any size.
   *
   * @throws IllegalArgumentException if the image has a value that is NaN or infinite
   * @throws IllegalStateException if the network gives a logit that is not finite
   */
  public Prediction classify(Pixels image) {
    return classify(List.of(image)).get(0);
  }

  /**
   * Classifies several images, computed together in batches.
   *
   * @throws IllegalArgumentException if an image has a value that is NaN or infinite
   * @throws IllegalStateException if the network gives a logit that is not finite
   */
  public List<Prediction> classify(List<Pixels> images) {
    List<Prediction> predictions = new ArrayList<>(images.size());
    for (int from = 0; from < images.size(); from += BATCH) {
      List<float[][]> batch =
          images.subList(from, Math.min(from + BATCH, images.size())).stream()
              .map(image -> new float[][] {input.prepare(image)})
              .toList();
      int first = from;
      for (float[] logits : logits(batch, i -> "image " + (first + i))) {
        predictions.add(Prediction.ofLogits(classNames, logits));
      }
    }
    return predictions;
  }

  /**
   * The scores of an image before softmax, one for each class.
   *
   * @throws IllegalArgumentException if the image has a value that is NaN or infinite
   * @throws IllegalStateException if the network gives a logit that is not finite
   */
  public float[] logits(Pixels image) {
    return logits(List.<float[][]>of(new float[][] {input.prepare(image)}), i -> "the image")[0];
  }

  /** Judges it on labelled images. Their classes are matched by name. */
  public Evaluation evaluate(ImageDataset data) {
    return evaluate(data, done -> {});
  }

  /**
   * Judges it on labelled images.
   *
   * @param data its classes are all known here, in any order
   * @param progress told how many images are done
   * @throws DatasetException if images cannot be read or have values that are not finite, labels
   *     are no classes, or classes are not known here
   * @throws IllegalStateException if the network gives a logit that is not finite
   */
  public Evaluation evaluate(ImageDataset data, IntConsumer progress) {
    int[] labels = labelsOf(data);
    data.verify();
    Evaluation.Tally tally = Evaluation.tally(classNames);
    int[] done = {0};
    new PreparedImages(data, input)
        .forEachBatch(
            BATCH,
            batch -> {
              int first = done[0];
              for (float[] logits : logits(batch, i -> data.name(first + i))) {
                tally.add(logits, labels[done[0]++]);
              }
              progress.accept(done[0]);
            });
    return tally.result();
  }

  /**
   * Gives back its native memory, once what is being computed is done. What computes afterwards is
   * an {@link IllegalStateException}; closing again does nothing.
   */
  @Override
  public void close() {
    network.close();
  }

  private float[][] logits(List<float[][]> batch, IntFunction<String> nameOf) {
    float[][] logits = network.output(Batch.of(batch));
    for (int i = 0; i < logits.length; i++) {
      OptionalInt bad = Finite.first(logits[i]);
      if (bad.isPresent()) {
        throw new IllegalStateException(
            "The network gives a finite logit for each class, and for "
                + nameOf.apply(i)
                + " it gives "
                + logits[i][bad.getAsInt()]
                + " for "
                + classNames.get(bad.getAsInt())
                + ": its weights are damaged or so large that they overflow");
      }
    }
    return logits;
  }

  private int[] labelsOf(ImageDataset data) {
    List<String> unknown =
        data.classNames().stream().filter(name -> !classNames.contains(name)).toList();
    if (!unknown.isEmpty()) {
      throw new DatasetException("Every class of the images is one of " + classNames, unknown);
    }
    Labels.requireDistinct(data.classNames());
    int[] own = data.classNames().stream().mapToInt(classNames::indexOf).toArray();
    return IntStream.of(Labels.of(data).get(0)).map(label -> own[label]).toArray();
  }
}
