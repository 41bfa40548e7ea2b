package dev.finetune.dl4j;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;

/**
 * Factory methods for {@link ImageDataset}s from Deeplearning4j's {@code DataSetIterator}s and
 * {@code DataSet}s.
 *
 * <pre>{@code
 * DataSetIterator iterator = new RecordReaderDataSetIterator(imageRecordReader, 32, 1, 5);
 * ImageDataset train = Dl4jDatasets.of(iterator, Dl4jImages.dataVec());
 * }</pre>
 *
 * <p>The features must be images in the format that a {@link Dl4jImages} describes. The labels must
 * be one-hot: an array of shape (images, classes) with a single 1 in each row and 0 elsewhere. The
 * images are named {@code image 0}, {@code image 1} and so on, in the order in which they are read.
 *
 * <p>An iterator is read once and in full, from its start if it can be reset. The images are kept
 * on the heap. An image of integer values, such as a decoded file, takes 3 bytes per pixel, any
 * other 12 bytes; a grey image takes a third of that. 10,000 images of 224 x 224 pixels take 1.5
 * GB. By default, the images may take half of the maximum heap size. From an iterator that augments
 * or shuffles, the dataset holds the images of one pass.
 */
public final class Dl4jDatasets {

  private Dl4jDatasets() {}

  /**
   * Reads the images of an iterator whose {@code getLabels()} returns the class names.
   *
   * @param iterator the iterator to read
   * @param images the format of the features. If it does not state the range of the values, the
   *     iterator's preprocessor determines it: without one the values are from 0 to 255, and a
   *     {@code DataNormalization} is reverted
   * @return the images with their labels
   * @throws DatasetException if images have values out of range or labels that are not one-hot; it
   *     lists all of them
   * @throws IllegalArgumentException if the iterator has no class names or no images; if it has
   *     masks, or arrays of another shape or type; if the images take more than half of the maximum
   *     heap size; or if its preprocessor is not a {@code DataNormalization} and {@code images}
   *     does not state the range of the values
   */
  public static ImageDataset of(DataSetIterator iterator, Dl4jImages images) {
    return of(iterator, images, requireNames(iterator.getLabels(), "iterator's getLabels()"));
  }

  /**
   * Reads the images of an iterator.
   *
   * @param iterator the iterator to read
   * @param images the format of the features, as for {@link #of(DataSetIterator, Dl4jImages)}
   * @param classNames the class names, distinct, in the order of the labels' columns
   * @return the images with their labels
   * @throws DatasetException as {@link #of(DataSetIterator, Dl4jImages)} throws it
   * @throws IllegalArgumentException if a class name occurs twice, or as {@link
   *     #of(DataSetIterator, Dl4jImages)} throws it
   */
  public static ImageDataset of(
      DataSetIterator iterator, Dl4jImages images, List<String> classNames) {
    return of(iterator, images, classNames, Runtime.getRuntime().maxMemory() / 2);
  }

  /**
   * Reads the images of an iterator, with a limit on their memory.
   *
   * @param iterator the iterator to read
   * @param images the format of the features, as for {@link #of(DataSetIterator, Dl4jImages)}
   * @param classNames the class names, distinct, in the order of the labels' columns
   * @param maxBytes the most bytes that the images may take, at least 1; reading stops with an
   *     exception when they take more
   * @return the images with their labels
   * @throws DatasetException as {@link #of(DataSetIterator, Dl4jImages)} throws it
   * @throws IllegalArgumentException if {@code maxBytes} is less than 1 or exceeded, a class name
   *     occurs twice, or as {@link #of(DataSetIterator, Dl4jImages)} throws it
   */
  public static ImageDataset of(
      DataSetIterator iterator, Dl4jImages images, List<String> classNames, long maxBytes) {
    checkArgument(maxBytes > 0, "maxBytes must be > 0, got %s", maxBytes);
    DatasetReader reader =
        new DatasetReader(valuesOf(iterator, images), List.copyOf(classNames), maxBytes);
    if (iterator.resetSupported()) {
      iterator.reset();
    }
    while (iterator.hasNext()) {
      reader.add(iterator.next());
    }
    return reader.result();
  }

  /**
   * Reads the images of a {@code DataSet} whose label names are the class names.
   *
   * @param data the features and labels to read
   * @param images the format of the features. If it does not state the range of the values, they
   *     must be from 0 to 255
   * @return the images with their labels
   * @throws DatasetException if images have values out of range or labels that are not one-hot; it
   *     lists all of them
   * @throws IllegalArgumentException if there are no label names or no images, or if there are
   *     masks, or arrays of another shape or type
   */
  public static ImageDataset of(DataSet data, Dl4jImages images) {
    return of(data, images, requireNames(data.getLabelNamesList(), "DataSet's label names"));
  }

  /**
   * Reads the images of a {@code DataSet}. A {@code DataSet} does not record which preprocessor was
   * applied to it, so {@code images} must state the range of the values if it is not 0 to 255.
   *
   * @param data the features and labels to read
   * @param images the format of the features
   * @param classNames the class names, distinct, in the order of the labels' columns
   * @return the images with their labels
   * @throws DatasetException as {@link #of(DataSet, Dl4jImages)} throws it
   * @throws IllegalArgumentException if a class name occurs twice, or as {@link #of(DataSet,
   *     Dl4jImages)} throws it
   */
  public static ImageDataset of(DataSet data, Dl4jImages images, List<String> classNames) {
    DatasetReader reader = new DatasetReader(images, List.copyOf(classNames), Long.MAX_VALUE);
    reader.add(data);
    return reader.result();
  }

  private static Dl4jImages valuesOf(DataSetIterator iterator, Dl4jImages images) {
    DataSetPreProcessor preprocessor = iterator.getPreProcessor();
    if (images.rangeSaid() || preprocessor == null) {
      return images;
    }
    if (preprocessor instanceof DataNormalization normalization) {
      return images.reverting(normalization);
    }
    throw new IllegalArgumentException(
        "The iterator's preprocessor must be a DataNormalization, which can be reverted, got "
            + preprocessor.getClass().getName()
            + ". State the range of the values with from0To255(), from0To1() or reverting(...), or"
            + " read the iterator before its preprocessor is set");
  }

  private static List<String> requireNames(@Nullable List<String> names, String origin) {
    checkArgument(
        names != null && !names.isEmpty(),
        "The %s must have the class names, got none. Pass the names as the last argument",
        origin);
    return names;
  }
}
