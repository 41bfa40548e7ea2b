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
 * What Deeplearning4j's users train on, as {@link ImageDataset}s.
 *
 * <pre>{@code
 * DataSetIterator iterator = new RecordReaderDataSetIterator(imageRecordReader, 32, 1, 5);
 * ImageDataset train = Dl4jDatasets.of(iterator, Dl4jImages.dataVec());
 * }</pre>
 *
 * <p>Features are images as {@link Dl4jImages} says, labels one-hot: of shape (images, classes), in
 * each row a one and otherwise zeros. Images are called {@code image 0}, {@code image 1}, as they
 * come.
 *
 * <p>An iterator is read once and in full, from its start if it can be reset, and the images stay
 * on the heap: 3 bytes for a pixel whose values are all whole, as those of decoded files are,
 * otherwise 12; a third of it for grey ones. 10,000 images of 224 x 224 take 1.5 GB. By default at
 * most half of the heap's limit is taken. An iterator that draws changed images, or in another
 * order each time, gives those of one pass.
 */
public final class Dl4jDatasets {

  private Dl4jDatasets() {}

  /**
   * Returns the images of an iterator, whose {@code getLabels()} names the classes.
   *
   * @param images how they lie in the features. If it does not say what their values are, the
   *     iterator's preprocessor is asked: none leaves them from 0 to 255, and a {@code
   *     DataNormalization} is reverted
   * @throws DatasetException one that lists every image with a value out of range or labels that
   *     are not one-hot
   * @throws IllegalArgumentException if the iterator names no classes, gives no image, arrays of
   *     another shape or type, masks, more than half of the heap's limit, or has a preprocessor
   *     that is no {@code DataNormalization} and {@code images} does not say what the values are
   */
  public static ImageDataset of(DataSetIterator iterator, Dl4jImages images) {
    return of(iterator, images, requireNames(iterator.getLabels(), "iterator's getLabels()"));
  }

  /**
   * Returns the images of an iterator, as above.
   *
   * @param classNames the classes, in the order of the labels' columns
   */
  public static ImageDataset of(
      DataSetIterator iterator, Dl4jImages images, List<String> classNames) {
    return of(iterator, images, classNames, Runtime.getRuntime().maxMemory() / 2);
  }

  /**
   * Returns the images of an iterator, as above.
   *
   * @param maxBytes what the images may take, above 0; reading stops with an error beyond it
   */
  public static ImageDataset of(
      DataSetIterator iterator, Dl4jImages images, List<String> classNames, long maxBytes) {
    checkArgument(maxBytes > 0, "maxBytes is above 0, got %s", maxBytes);
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

  /** Returns the images of a {@code DataSet}, whose label names are the classes, as above. */
  public static ImageDataset of(DataSet data, Dl4jImages images) {
    return of(data, images, requireNames(data.getLabelNamesList(), "DataSet's label names"));
  }

  /**
   * Returns the images of a {@code DataSet}, as above. It does not tell its preprocessor: {@code
   * images} says what the values are, or they are from 0 to 255.
   *
   * @param classNames the classes, in the order of the labels' columns
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
        "What an iterator's preprocessor did to the values is reverted if it is a"
            + " DataNormalization, and this one is "
            + preprocessor.getClass().getName()
            + ". Say what the values are with from0To255(), from0To1() or reverting(...), or read"
            + " the iterator before its preprocessor is set");
  }

  private static List<String> requireNames(@Nullable List<String> names, String origin) {
    checkArgument(
        names != null && !names.isEmpty(),
        "The %s names the classes, and it names none. Give the names as the last argument",
        origin);
    return names;
  }
}
