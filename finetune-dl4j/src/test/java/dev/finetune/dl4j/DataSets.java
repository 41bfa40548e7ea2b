package dev.finetune.dl4j;

import dev.finetune.data.ImageDataset;
import dev.finetune.image.Pixels;
import dev.finetune.testing.SyntheticImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** Images in the classes that Deeplearning4j's users have. */
final class DataSets {

  private DataSets() {}

  /** Returns an image with its values rounded to integers, as decoders return them. */
  static Pixels whole(Pixels image) {
    float[] planes = image.planes().clone();
    for (int i = 0; i < planes.length; i++) {
      planes[i] = (float) Math.rint(planes[i]);
    }
    return Pixels.ofPlanes(image.height(), image.width(), planes);
  }

  /** Returns batches of 16 as an ImageRecordReader returns them: NCHW, BGR, 0 to 255. */
  static DataSetIterator iterator(SyntheticImages images) {
    return new ListDataSetIterator<>(list(images), 16);
  }

  static List<DataSet> list(ImageDataset images) {
    List<DataSet> list = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      INDArray label = Nd4j.createFromArray(new float[][] {images.oneHot(i)});
      list.add(new DataSet(bgr(whole(load(images, i))), label));
    }
    return list;
  }

  private static Pixels load(ImageDataset images, int index) {
    try {
      return images.load(index);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static INDArray bgr(Pixels image) {
    INDArray array = Nd4j.create(1, 3, image.height(), image.width());
    for (int channel = 0; channel < 3; channel++) {
      for (int row = 0; row < image.height(); row++) {
        for (int column = 0; column < image.width(); column++) {
          array.putScalar(0, 2 - channel, row, column, image.at(channel, row, column));
        }
      }
    }
    return array;
  }
}
