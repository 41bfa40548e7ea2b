package dev.finetune.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.testing.SyntheticImages;
import java.io.IOException;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.preprocessor.CompositeDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.preprocessor.ImagePreProcessingScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;

/** Datasets from iterators and DataSets. */
class Dl4jDatasetsTest {

  private static final SyntheticImages IMAGES = new SyntheticImages(3, 40, 6, 1);
  private static final List<String> NAMES = List.of("a", "b", "c");

  private static void requireSame(ImageDataset data) throws IOException {
    assertThat(data.size()).isEqualTo(IMAGES.size());
    assertThat(data.labels()).isEqualTo(IMAGES.labels());
    for (int i = 0; i < data.size(); i++) {
      assertThat(data.load(i).planes()).isEqualTo(DataSets.whole(IMAGES.load(i)).planes());
    }
  }

  /** Returns an iterator with class names, from which one batch has been read. */
  private static DataSetIterator named() {
    DataSetIterator iterator =
        new ListDataSetIterator<>(DataSets.list(IMAGES), 16) {
          private static final long serialVersionUID = 1L;

          @Override
          public List<String> getLabels() {
            return NAMES;
          }
        };
    iterator.next();
    return iterator;
  }

  @Test
  void should_read_an_iterator_from_its_start() throws IOException {
    ImageDataset data = Dl4jDatasets.of(named(), Dl4jImages.dataVec());

    requireSame(data);
    assertThat(data.classNames()).isEqualTo(NAMES);
    assertThat(data.name(17)).isEqualTo("image 17");
  }

  @Test
  void should_revert_the_iterators_normalisation() throws IOException {
    DataSetIterator iterator = DataSets.iterator(IMAGES);
    NormalizerStandardize standardize = new NormalizerStandardize();
    standardize.fit(iterator);
    iterator.setPreProcessor(standardize);

    requireSame(Dl4jDatasets.of(iterator, Dl4jImages.dataVec(), NAMES));
  }

  @Test
  void should_require_a_range_for_other_preprocessors() throws IOException {
    DataSetIterator iterator = DataSets.iterator(IMAGES);
    iterator.setPreProcessor(new CompositeDataSetPreProcessor(new ImagePreProcessingScaler()));

    assertThatThrownBy(() -> Dl4jDatasets.of(iterator, Dl4jImages.dataVec(), NAMES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("CompositeDataSetPreProcessor", "from0To1()");
    requireSame(Dl4jDatasets.of(iterator, Dl4jImages.dataVec().from0To1(), NAMES));
  }

  @Test
  void should_read_a_data_set_with_its_label_names() throws IOException {
    DataSet data = DataSet.merge(DataSets.list(IMAGES));
    assertThatThrownBy(() -> Dl4jDatasets.of(data, Dl4jImages.dataVec()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("label names");

    data.setLabelNames(NAMES);

    requireSame(Dl4jDatasets.of(data, Dl4jImages.dataVec()));
  }

  @Test
  void should_take_one_byte_for_an_integer_value_and_four_for_others() throws IOException {
    long whole = 40 * 3 * 6 * 6;
    DataSetIterator iterator = DataSets.iterator(IMAGES);

    requireSame(Dl4jDatasets.of(iterator, Dl4jImages.dataVec(), NAMES, whole));

    assertThatThrownBy(() -> Dl4jDatasets.of(iterator, Dl4jImages.dataVec(), NAMES, whole - 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(Long.toString(whole - 1), "first 40", "-Xmx");
    List<DataSet> halves = DataSets.list(IMAGES);
    halves.forEach(data -> data.getFeatures().muli(0.5));
    assertThatThrownBy(
            () ->
                Dl4jDatasets.of(
                    new ListDataSetIterator<>(halves), Dl4jImages.dataVec(), NAMES, 2 * whole))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bytes");
  }

  /** An iterator that never ends must not take all memory. */
  @Test
  void should_stop_at_the_limit() {
    List<DataSet> list = DataSets.list(IMAGES);
    DataSetIterator endless =
        new ListDataSetIterator<>(list, 1) {
          private static final long serialVersionUID = 1L;

          @Override
          public synchronized boolean hasNext() {
            return true;
          }

          @Override
          public synchronized DataSet next() {
            return list.get(0);
          }
        };

    assertThatThrownBy(() -> Dl4jDatasets.of(endless, Dl4jImages.dataVec(), NAMES, 10_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10000 bytes");
  }

  @Test
  void should_list_every_invalid_image() {
    List<DataSet> list = DataSets.list(IMAGES);
    list.get(3).setLabels(Nd4j.createFromArray(new float[][] {{0.5f, 0.5f, 0}}));
    list.get(7).setLabels(Nd4j.createFromArray(new float[][] {{0, 0, 0}}));
    list.get(20).setLabels(Nd4j.createFromArray(new float[][] {{1, 0, 1}}));
    list.get(20).getFeatures().putScalar(new int[] {0, 1, 2, 3}, Float.NaN);

    assertThatThrownBy(
            () -> Dl4jDatasets.of(new ListDataSetIterator<>(list), Dl4jImages.dataVec(), NAMES))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("one-hot")
        .extracting(e -> ((DatasetException) e).problems())
        .asInstanceOf(InstanceOfAssertFactories.list(String.class))
        .containsExactly(
            "image 3: the labels are [0.5, 0.5, 0.0]",
            "image 7: the labels are [0.0, 0.0, 0.0]",
            "image 20: NaN in channel 1, row 2, column 3",
            "image 20: the labels are [1.0, 0.0, 1.0]");
  }

  private static void requireRefused(DataSet data, String message) {
    assertThatThrownBy(() -> Dl4jDatasets.of(data, Dl4jImages.dataVec(), NAMES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void should_refuse_invalid_data_sets() {
    INDArray features = Nd4j.ones(2, 3, 4, 4);
    INDArray labels = Nd4j.createFromArray(new float[][] {{1, 0, 0}, {0, 1, 0}});

    requireRefused(new DataSet(features, Nd4j.zeros(2, 4)), "class (3), got the shape [2, 4]");
    requireRefused(new DataSet(features, Nd4j.zeros(1, 3)), "one row per image (2)");
    requireRefused(new DataSet(features, null), "got one without after 0 images");
    requireRefused(new DataSet(features, labels, null, Nd4j.ones(2, 1)), "masks");
    requireRefused(new DataSet(features.div(3), labels), "from0To1()");
    assertThatThrownBy(() -> Dl4jDatasets.of(DataSets.iterator(IMAGES), Dl4jImages.dataVec()))
        .hasMessageContaining("getLabels()");
    assertThatThrownBy(
            () ->
                Dl4jDatasets.of(
                    DataSets.iterator(IMAGES), Dl4jImages.dataVec(), List.of("a", "b", "a")))
        .hasMessageContaining("distinct");
    assertThatThrownBy(
            () ->
                Dl4jDatasets.of(
                    new ListDataSetIterator<>(List.<DataSet>of()), Dl4jImages.dataVec(), NAMES))
        .hasMessage("A dataset must have at least one image, got none");
  }
}
