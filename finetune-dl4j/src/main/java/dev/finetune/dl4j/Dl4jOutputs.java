package dev.finetune.dl4j;

import dev.finetune.FeatureExtractor;
import dev.finetune.FineTunedModel;
import dev.finetune.ImageClassifier;
import dev.finetune.data.ImageDataset;
import dev.finetune.evaluate.Prediction;
import dev.finetune.image.Pixels;
import dev.finetune.weights.Tensor;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The outputs of networks, as float32 ND4J arrays.
 *
 * <pre>{@code
 * INDArray probabilities = Dl4jOutputs.probabilities(model, testImages);
 * INDArray predicted = probabilities.argMax(1);
 * }</pre>
 *
 * <p>Arrays are in C order and belong to no workspace; the caller should close them. Images may
 * have any size. They are computed in batches, and those of a dataset are read batch by batch.
 */
public final class Dl4jOutputs {

  private Dl4jOutputs() {}

  /**
   * Returns the class probabilities of images, as {@link #probabilities(ImageClassifier, List)}
   * does.
   *
   * @param model the model that computes
   * @param images at least one image
   * @return an array of shape (images, classes)
   * @throws IllegalArgumentException if there is no image, or an image has a value that is NaN or
   *     infinite
   * @throws IllegalStateException if a logit is not finite, or no ND4J backend works on this
   *     machine
   */
  public static INDArray probabilities(FineTunedModel model, List<Pixels> images) {
    return probabilities(model.classifier(), images);
  }

  /**
   * Returns the class probabilities of the images of a dataset, as {@link
   * #probabilities(ImageClassifier, ImageDataset)} does.
   *
   * @param model the model that computes
   * @param images at least one image; labels are not used
   * @return an array of shape (images, classes)
   * @throws dev.finetune.data.DatasetException if images cannot be read or have values that are not
   *     finite; it lists all of them
   * @throws IllegalArgumentException if there is no image
   * @throws IllegalStateException if a logit is not finite, or no ND4J backend works on this
   *     machine
   */
  public static INDArray probabilities(FineTunedModel model, ImageDataset images) {
    return probabilities(model.classifier(), images);
  }

  /**
   * Returns the class probabilities of images.
   *
   * @param classifier the classifier that computes
   * @param images at least one image
   * @return an array of shape (images, classes) with values from 0 to 1, whose rows sum to 1. The
   *     classes are in the order of {@link ImageClassifier#classNames}
   * @throws IllegalArgumentException if there is no image, or an image has a value that is NaN or
   *     infinite
   * @throws IllegalStateException if a logit is not finite, or no ND4J backend works on this
   *     machine
   */
  public static INDArray probabilities(ImageClassifier classifier, List<Pixels> images) {
    Joined rows = new Joined(images.size());
    ImageBatches.of(images, (first, batch) -> rows.add(probabilitiesOf(classifier, batch)));
    return rows.array();
  }

  /**
   * Returns the class probabilities of the images of a dataset.
   *
   * @param classifier the classifier that computes
   * @param images at least one image; labels are not used
   * @return an array of shape (images, classes), as {@link #probabilities(ImageClassifier, List)}
   *     returns it
   * @throws dev.finetune.data.DatasetException if images cannot be read or have values that are not
   *     finite; it lists all of them
   * @throws IllegalArgumentException if there is no image
   * @throws IllegalStateException if a logit is not finite, or no ND4J backend works on this
   *     machine
   */
  public static INDArray probabilities(ImageClassifier classifier, ImageDataset images) {
    Joined rows = new Joined(images.size());
    ImageBatches.of(images, (first, batch) -> rows.add(probabilitiesOf(classifier, batch)));
    return rows.array();
  }

  /**
   * Returns the features of images.
   *
   * @param extractor the extractor that computes
   * @param images at least one image
   * @return an array of shape (images, channels, height, width) or (images, values)
   * @throws IllegalArgumentException if there is no image, or an image has a value that is NaN or
   *     infinite
   * @throws IllegalStateException if a feature is not finite, or no ND4J backend works on this
   *     machine
   */
  public static INDArray features(FeatureExtractor extractor, List<Pixels> images) {
    Joined rows = new Joined(images.size());
    ImageBatches.of(images, (first, batch) -> rows.add(extractor.features(batch)));
    return rows.array();
  }

  /**
   * Returns the features of the images of a dataset.
   *
   * @param extractor the extractor that computes
   * @param images at least one image; labels are not used
   * @return an array of shape (images, channels, height, width) or (images, values)
   * @throws dev.finetune.data.DatasetException if images cannot be read or have values that are not
   *     finite; it lists all of them
   * @throws IllegalArgumentException if there is no image
   * @throws IllegalStateException if a feature is not finite, or no ND4J backend works on this
   *     machine
   */
  public static INDArray features(FeatureExtractor extractor, ImageDataset images) {
    Joined rows = new Joined(images.size());
    ImageBatches.of(images, (first, batch) -> rows.add(extractor.features(batch)));
    return rows.array();
  }

  private static Tensor probabilitiesOf(ImageClassifier classifier, List<Pixels> batch) {
    int classes = classifier.classNames().size();
    float[] all = new float[batch.size() * classes];
    int next = 0;
    for (Prediction prediction : classifier.classify(batch)) {
      for (double probability : prediction.probabilities()) {
        all[next++] = (float) probability;
      }
    }
    return Tensor.of(List.of(batch.size(), classes), all);
  }
}
