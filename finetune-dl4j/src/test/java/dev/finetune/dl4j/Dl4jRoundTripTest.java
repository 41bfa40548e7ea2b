package dev.finetune.dl4j;

import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.train.Adam.adam;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.ImageDataset;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.TrainOptions;
import java.util.List;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.preprocessor.VGG16ImagePreProcessor;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

/** A Deeplearning4j network is imported, fine-tuned and exported. */
@Tag("numeric")
class Dl4jRoundTripTest {

  /** For probabilities: logits are some tens, and sums of hundreds of float32 products. */
  private static final float TOLERANCE = 1e-3f;

  private static final List<String> CLASSES = List.of("top", "middle", "bottom");

  /** Returns images as BGR minus the means of ImageNet, like {@link Preprocessing#CAFFE}. */
  private static DataSetIterator iterator(SyntheticImages images) {
    DataSetIterator iterator = DataSets.iterator(images);
    iterator.setPreProcessor(new VGG16ImagePreProcessor());
    return iterator;
  }

  private static ComputationGraph network() {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Adam(1e-3))
                .activation(Activation.LEAKYRELU)
                .graphBuilder()
                .addInputs("images")
                .setInputTypes(InputType.convolutional(8, 8, 3))
                .addLayer("conv1", new ConvolutionLayer.Builder(3, 3).nOut(8).build(), "images")
                .addLayer("conv2", new ConvolutionLayer.Builder(3, 3).nOut(8).build(), "conv1")
                .addLayer("hidden", new DenseLayer.Builder().nOut(16).build(), "conv2")
                .addLayer(
                    "output",
                    new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build(),
                    "hidden")
                .setOutputs("output")
                .build());
    network.init();
    return network;
  }

  @Test
  void should_go_from_a_network_and_its_iterators_to_an_evaluation() {
    DataSetIterator trainIterator = iterator(new SyntheticImages(3, 120, 8, 1));
    DataSetIterator testIterator = iterator(new SyntheticImages(3, 40, 8, 2));
    ComputationGraph network = network();
    network.fit(trainIterator, 2);

    // Import: the network as a backbone, its iterators as datasets.
    Backbone mine =
        Dl4jBackbone.of("mine", network, new InputSpec(8, 8, Preprocessing.CAFFE), "conv2");
    ImageDataset train = Dl4jDatasets.of(trainIterator, Dl4jImages.dataVec(), CLASSES);
    ImageDataset test = Dl4jDatasets.of(testIterator, Dl4jImages.dataVec(), CLASSES);

    FineTunedModel model =
        FineTune.from(mine)
            .freezeUpTo("conv1")
            .head(dense(16))
            .classes(3)
            .train(train, test, TrainOptions.defaults().epochs(10).optimizer(adam(1e-3)));

    // Export: probabilities as an array, ND4J's evaluation, a Deeplearning4j graph.
    INDArray probabilities = Dl4jOutputs.probabilities(model, test);
    Evaluation evaluation = Dl4jEvaluations.evaluate(model, test);
    ComputationGraph graph = Dl4jModels.graph(model);

    assertThat(probabilities.shape()).containsExactly(40, 3);
    assertThat(evaluation.accuracy())
        .isEqualTo(model.evaluate(test).accuracy())
        .isGreaterThan(0.6); // chance is one third
    // Deeplearning4j computes the same from the graph and its own iterator.
    Evaluation own = graph.evaluate(testIterator, CLASSES);
    assertThat(own.getConfusionMatrix()).isEqualTo(evaluation.getConfusionMatrix());
    testIterator.reset();
    INDArray ownProbabilities = graph.outputSingle(testIterator.next().getFeatures());
    assertThat(ownProbabilities.dup('c').data().asFloat())
        .containsExactly(
            probabilities.get(NDArrayIndex.interval(0, 16)).dup('c').data().asFloat(),
            Offset.offset(TOLERANCE));
    graph.close();
    network.close();
  }
}
