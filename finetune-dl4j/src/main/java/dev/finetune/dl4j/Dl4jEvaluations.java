package dev.finetune.dl4j;

import dev.finetune.FineTunedModel;
import dev.finetune.ImageClassifier;
import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.Labels;
import dev.finetune.evaluate.Prediction;
import dev.finetune.internal.dl4j.Backend;
import java.util.Arrays;
import java.util.List;
import org.nd4j.evaluation.IEvaluation;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.evaluation.classification.EvaluationBinary;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Models judged by ND4J's evaluations.
 *
 * <pre>{@code
 * Evaluation evaluation = Dl4jEvaluations.evaluate(model, testImages);
 * System.out.println(evaluation.stats());
 *
 * ROCMultiClass roc = new ROCMultiClass();
 * Dl4jEvaluations.feed(model, testImages, roc);
 * }</pre>
 *
 * <p>Images are judged in batches. Classes are matched by name, and columns are in the order of
 * {@link ImageClassifier#classNames}. Accuracy and confusion matrix are those of {@link
 * ImageClassifier#evaluate(ImageDataset)}: probabilities are given in float64, which keeps apart
 * what the logits keep apart.
 */
public final class Dl4jEvaluations {

  private Dl4jEvaluations() {}

  /** Judges a model as {@link #evaluate(ImageClassifier, ImageDataset)} does. */
  public static Evaluation evaluate(FineTunedModel model, ImageDataset data) {
    return evaluate(model.classifier(), data);
  }

  /**
   * Returns accuracy, precision, recall, F1 and confusion matrix, with the names of the classes.
   *
   * @throws DatasetException if images cannot be read or have values that are not finite, labels
   *     are no classes, or classes are not known here
   * @throws IllegalArgumentException if there is no image
   * @throws IllegalStateException if the network gives a logit that is not finite
   */
  public static Evaluation evaluate(ImageClassifier classifier, ImageDataset data) {
    Backend.require();
    Evaluation evaluation = new Evaluation(classifier.classNames());
    feed(classifier, data, evaluation);
    return evaluation;
  }

  /** Judges a model as {@link #evaluateBinary(ImageClassifier, ImageDataset)} does. */
  public static EvaluationBinary evaluateBinary(FineTunedModel model, ImageDataset data) {
    return evaluateBinary(model.classifier(), data);
  }

  /**
   * Returns what holds of each class on its own: an image counts as called so if the probability is
   * above 0.5, so that one with less for each class is called nothing.
   *
   * @throws DatasetException as above
   * @throws IllegalArgumentException if there is no image
   * @throws IllegalStateException if the network gives a logit that is not finite
   */
  public static EvaluationBinary evaluateBinary(ImageClassifier classifier, ImageDataset data) {
    Backend.require();
    EvaluationBinary evaluation = new EvaluationBinary();
    evaluation.setLabelNames(classifier.classNames());
    feed(classifier, data, evaluation);
    return evaluation;
  }

  /** Feeds evaluations as {@link #feed(ImageClassifier, ImageDataset, IEvaluation...)} does. */
  public static void feed(FineTunedModel model, ImageDataset data, IEvaluation<?>... evaluations) {
    feed(model.classifier(), data, evaluations);
  }

  /**
   * Gives any evaluations one-hot labels and probabilities, both of shape (images, classes) and
   * float64, in one pass over the images.
   *
   * @throws DatasetException as above; the evaluations have been given nothing then
   * @throws IllegalArgumentException if there is no image
   * @throws IllegalStateException if the network gives a logit that is not finite
   */
  public static void feed(
      ImageClassifier classifier, ImageDataset data, IEvaluation<?>... evaluations) {
    Backend.require();
    int[] labels = labels(classifier.classNames(), data);
    ImageBatches.of(
        data,
        (first, batch) -> {
          double[][] truth = new double[batch.size()][classifier.classNames().size()];
          for (int i = 0; i < truth.length; i++) {
            truth[i][labels[first + i]] = 1;
          }
          double[][] said =
              classifier.classify(batch).stream()
                  .map(Dl4jEvaluations::probabilities)
                  .toArray(double[][]::new);
          give(truth, said, evaluations);
        });
  }

  private static void give(double[][] truth, double[][] said, IEvaluation<?>... evaluations) {
    try (INDArray labels = Nd4j.createFromArray(truth);
        INDArray predictions = Nd4j.createFromArray(said)) {
      for (IEvaluation<?> evaluation : evaluations) {
        evaluation.eval(labels, predictions);
      }
    }
  }

  private static double[] probabilities(Prediction prediction) {
    return prediction.probabilities().stream().mapToDouble(p -> p).toArray();
  }

  /** Returns the labels as indices into those names. */
  private static int[] labels(List<String> classNames, ImageDataset data) {
    List<String> unknown =
        data.classNames().stream().filter(name -> !classNames.contains(name)).toList();
    if (!unknown.isEmpty()) {
      throw new DatasetException("Every class of the images is one of " + classNames, unknown);
    }
    Labels.requireDistinct(data.classNames());
    int[] own = data.classNames().stream().mapToInt(classNames::indexOf).toArray();
    return Arrays.stream(Labels.of(data).get(0)).map(label -> own[label]).toArray();
  }
}
