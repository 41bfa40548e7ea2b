package dev.finetune.dl4j;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.Labels;
import dev.finetune.internal.dl4j.ArrayValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;

/** A reader of the {@code DataSet}s of one dataset, which collects all problems before it fails. */
final class DatasetReader {

  private final Dl4jImages format;
  private final List<String> classNames;
  private final long maxBytes;
  private final List<StoredImage> images = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private int count;
  private long bytes;
  private float highest = Float.NEGATIVE_INFINITY;
  private boolean fractions;

  DatasetReader(Dl4jImages format, List<String> classNames, long maxBytes) {
    Labels.requireDistinct(classNames);
    this.format = format;
    this.classNames = classNames;
    this.maxBytes = maxBytes;
  }

  /**
   * Reads the images and labels of a {@code DataSet}.
   *
   * @throws IllegalArgumentException if it has no features or labels, has masks or arrays of
   *     another shape or type, or exceeds the limit on bytes
   */
  void add(DataSet data) {
    INDArray features = require(data.getFeatures(), "features");
    INDArray oneHot = require(data.getLabels(), "labels");
    checkArgument(
        !data.hasMaskArrays(),
        "A DataSet of images must not have masks, got one with masks after %s images",
        count);
    ImageBatch batch = format.read(features);
    checkArgument(
        oneHot.rank() == 2 && oneHot.size(0) == batch.size() && oneHot.size(1) == classNames.size(),
        "labels must have one row per image (%s) and one column per class (%s), got the shape %s",
        batch.size(),
        classNames.size(),
        ArrayValues.shape(oneHot));
    highest = Math.max(highest, batch.highest());
    fractions |= batch.fractions();
    float[] rows = ArrayValues.of(oneHot);
    for (int i = 0; i < batch.size(); i++) {
      int columns = classNames.size();
      add(batch, i, Arrays.copyOfRange(rows, i * columns, (i + 1) * columns));
    }
  }

  private INDArray require(@Nullable INDArray array, String what) {
    checkArgument(
        array != null, "A DataSet must have %s, got one without after %s images", what, count);
    return array;
  }

  private void add(ImageBatch batch, int index, float[] row) {
    String name = StoredImages.nameOf(count++);
    Optional<String> fault = batch.fault(index);
    fault.ifPresent(text -> problems.add(name + ": " + text));
    int label = oneHot(row);
    if (label < 0) {
      problems.add(name + ": the labels are " + Arrays.toString(row));
    }
    if (fault.isEmpty() && label >= 0) {
      keep(batch.image(index), label);
    }
  }

  private void keep(StoredImage image, int label) {
    bytes += image.bytes();
    checkArgument(
        bytes <= maxBytes,
        "The images of an iterator must fit into %s bytes, got %s bytes for the first %s images."
            + " Pass a larger maxBytes, use a larger heap (-Xmx), or pass smaller or fewer images",
        maxBytes,
        bytes,
        count);
    images.add(image);
    labels.add(label);
  }

  /** Returns the index of the 1 if all other values are 0; else -1. */
  private static int oneHot(float[] row) {
    int label = -1;
    for (int i = 0; i < row.length; i++) {
      if (row[i] == 1 && label < 0) {
        label = i;
      } else if (row[i] != 0) {
        return -1;
      }
    }
    return label;
  }

  /**
   * Returns the dataset.
   *
   * @throws DatasetException if images have values out of range or labels that are not one-hot; it
   *     lists all of them
   * @throws IllegalArgumentException if no image was added, or the values appear to be scaled
   */
  ImageDataset result() {
    checkArgument(count > 0, "A dataset must have at least one image, got none");
    if (!problems.isEmpty()) {
      throw new DatasetException(format.rule() + ", and its labels must be one-hot", problems);
    }
    format.requireNotScaled(highest, fractions);
    return new StoredImages(classNames, images, labels);
  }
}
