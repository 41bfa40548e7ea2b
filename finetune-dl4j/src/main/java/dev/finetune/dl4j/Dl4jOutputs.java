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
 * What networks make of images, as ND4J's arrays of float32.
 *
 * <pre>{@code
 * INDArray probabilities = Dl4jOutputs.probabilities(model, testImages);
 * INDArray called = probabilities.argMax(1);
 * }</pre>
 *
 * <p>Arrays are in C order and belong to no workspace; the caller closes them. Images are of any
 * size and are computed in batches; those of a dataset are read batch by batch.
 */
public final class Dl4jOutputs {

  private Dl4jOutputs() {}

  /** Returns probabilities as {@link #probabilities(ImageClassifier, List)} does. */
  public static INDArray probabilities(FineTunedModel model, List<Pixels> images) {
    return probabilities(model.classifier(), images);
  }

  /** Returns probabilities as {@link #probabilities(ImageClassifier, ImageDataset)} does. */
  public static INDArray probabilities(FineTunedModel model, ImageDataset images) {
    return probabilities(model.classifier(), images);
  }

  /**
   * Returns an array of shape (images, classes), each row from 0 to 1 and summing to 1, with the
   * classes in the order of {@link ImageClassifier#classNames}.
   *
   * @throws IllegalArgumentException if there is no image, or one has a value that is NaN or
   *     infinite
   * @throws IllegalStateException if the network gives a logit that is not finite
   */
  public static INDArray probabilities(ImageClassifier classifier, List<Pixels> images) {
    Joined rows = new Joined(images.size());
    ImageBatches.of(images, (first, batch) -> rows.add(probabilitiesOf(classifier, batch)));
    return rows.array();
  }

  /**
   * Returns an array of shape (images, classes) as above. The classes of the dataset do not matter.
   *
   * @throws dev.finetune.data.DatasetException one that lists every image that cannot be read or
   *     has a value that is not finite
   * @throws IllegalArgumentException if there is no image
   * @throws IllegalStateException if the network gives a logit that is not finite
   */
  public static INDArray probabilities(ImageClassifier classifier, ImageDataset images) {
    Joined rows = new Joined(images.size());
    ImageBatches.of(images, (first, batch) -> rows.add(probabilitiesOf(classifier, batch)));
    return rows.array();
  }

  /**
   * Returns features of shape (images, channels, height, width) or (images, values).
   *
   * @throws IllegalArgumentException if there is no image, or one has a value that is NaN or
   *     infinite
   * @throws IllegalStateException if a feature is not finite
   */
  public static INDArray features(FeatureExtractor extractor, List<Pixels> images) {
    Joined rows = new Joined(images.size());
    ImageBatches.of(images, (first, batch) -> rows.add(extractor.features(batch)));
    return rows.array();
  }

  /**
   * Returns features as above.
   *
   * @throws dev.finetune.data.DatasetException one that lists every image that cannot be read or
   *     has a value that is not finite
   * @throws IllegalArgumentException if there is no image
   * @throws IllegalStateException if a feature is not finite
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
