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
 * Evaluation of models with ND4J's evaluation classes.
 *
 * <pre>{@code
 * Evaluation evaluation = Dl4jEvaluations.evaluate(model, testImages);
 * System.out.println(evaluation.stats());
 *
 * ROCMultiClass roc = new ROCMultiClass();
 * Dl4jEvaluations.feed(model, testImages, roc);
 * }</pre>
 *
 * <p>Images are computed in batches. Classes are matched by name; columns are in the order of
 * {@link ImageClassifier#classNames}. Accuracy and confusion matrix agree with {@link
 * ImageClassifier#evaluate(ImageDataset)}, because the evaluations receive the probabilities as
 * float64: in float32, logits that differ may give equal probabilities.
 */
public final class Dl4jEvaluations {

  private Dl4jEvaluations() {}

  /**
   * Evaluates a model as {@link #evaluate(ImageClassifier, ImageDataset)} does.
   *
   * @param model the model to evaluate
   * @param data labelled images; every class name must be one of the model's
   * @return the evaluation, with class names
   * @throws DatasetException as {@link #evaluate(ImageClassifier, ImageDataset)} throws it
   * @throws IllegalArgumentException if the dataset has no image
   * @throws IllegalStateException if a logit is not finite, or no ND4J backend works on this
   *     machine
   */
  public static Evaluation evaluate(FineTunedModel model, ImageDataset data) {
    return evaluate(model.classifier(), data);
  }

  /**
   * Evaluates a classifier: accuracy, precision, recall, F1 and the confusion matrix.
   *
   * @param classifier the classifier to evaluate
   * @param data labelled images; every class name must be one of the classifier's
   * @return the evaluation, with class names
   * @throws DatasetException if a class is not one of the classifier's, a label is out of range, or
   *     images cannot be read or have values that are not finite; it lists all of them
   * @throws IllegalArgumentException if the dataset has no image
   * @throws IllegalStateException if a logit is not finite, or no ND4J backend works on this
   *     machine
   */
  public static Evaluation evaluate(ImageClassifier classifier, ImageDataset data) {
    Backend.require();
    Evaluation evaluation = new Evaluation(classifier.classNames());
    feed(classifier, data, evaluation);
    return evaluation;
  }

  /**
   * Evaluates a model as {@link #evaluateBinary(ImageClassifier, ImageDataset)} does.
   *
   * @param model the model to evaluate
   * @param data labelled images; every class name must be one of the model's
   * @return the evaluation, with class names
   * @throws DatasetException as {@link #evaluate(ImageClassifier, ImageDataset)} throws it
   * @throws IllegalArgumentException if the dataset has no image
   * @throws IllegalStateException if a logit is not finite, or no ND4J backend works on this
   *     machine
   */
  public static EvaluationBinary evaluateBinary(FineTunedModel model, ImageDataset data) {
    return evaluateBinary(model.classifier(), data);
  }

  /**
   * Evaluates a classifier separately for each class. An image is predicted to belong to a class if
   * the probability is above 0.5, so it may belong to no class.
   *
   * @param classifier the classifier to evaluate
   * @param data labelled images; every class name must be one of the classifier's
   * @return the evaluation, with class names
   * @throws DatasetException as {@link #evaluate(ImageClassifier, ImageDataset)} throws it
   * @throws IllegalArgumentException if the dataset has no image
   * @throws IllegalStateException if a logit is not finite, or no ND4J backend works on this
   *     machine
   */
  public static EvaluationBinary evaluateBinary(ImageClassifier classifier, ImageDataset data) {
    Backend.require();
    EvaluationBinary evaluation = new EvaluationBinary();
    evaluation.setLabelNames(classifier.classNames());
    feed(classifier, data, evaluation);
    return evaluation;
  }

  /**
   * Feeds evaluations as {@link #feed(ImageClassifier, ImageDataset, IEvaluation...)} does.
   *
   * @param model the model to evaluate
   * @param data labelled images; every class name must be one of the model's
   * @param evaluations receive labels and probabilities, batch by batch
   * @throws DatasetException as {@link #evaluate(ImageClassifier, ImageDataset)} throws it; the
   *     evaluations have received nothing then
   * @throws IllegalArgumentException if the dataset has no image
   * @throws IllegalStateException if a logit is not finite, or no ND4J backend works on this
   *     machine
   */
  public static void feed(FineTunedModel model, ImageDataset data, IEvaluation<?>... evaluations) {
    feed(model.classifier(), data, evaluations);
  }

  /**
   * Feeds evaluations in one pass over the images. They receive one-hot labels and probabilities,
   * both as float64 arrays of shape (images, classes).
   *
   * @param classifier the classifier to evaluate
   * @param data labelled images; every class name must be one of the classifier's
   * @param evaluations receive labels and probabilities, batch by batch
   * @throws DatasetException as {@link #evaluate(ImageClassifier, ImageDataset)} throws it; the
   *     evaluations have received nothing then
   * @throws IllegalArgumentException if the dataset has no image
   * @throws IllegalStateException if a logit is not finite, or no ND4J backend works on this
   *     machine
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

  /** Returns the labels as indices into {@code classNames}. */
  private static int[] labels(List<String> classNames, ImageDataset data) {
    List<String> unknown =
        data.classNames().stream().filter(name -> !classNames.contains(name)).toList();
    if (!unknown.isEmpty()) {
      throw new DatasetException(
          "Every class of the images must be one of "
              + classNames
              + Labels.lookAlike(classNames, unknown),
          unknown);
    }
    Labels.requireDistinct(data.classNames());
    int[] own = data.classNames().stream().mapToInt(classNames::indexOf).toArray();
    return Arrays.stream(Labels.of(data).get(0)).map(label -> own[label]).toArray();
  }
}
