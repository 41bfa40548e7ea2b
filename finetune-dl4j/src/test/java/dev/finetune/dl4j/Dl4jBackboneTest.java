package dev.finetune.dl4j;

import static dev.finetune.head.HeadLayers.dense;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.backbone.Backbone;
import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.internal.network.Network;
import dev.finetune.testing.Goldens;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.TrainOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.deeplearning4j.zoo.ZooModel;
import org.deeplearning4j.zoo.model.ResNet50;
import org.deeplearning4j.zoo.model.SimpleCNN;
import org.deeplearning4j.zoo.model.SqueezeNet;
import org.deeplearning4j.zoo.model.VGG16;
import org.deeplearning4j.zoo.model.Xception;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Backbones from Deeplearning4j networks compute the same outputs as the networks. */
@Tag("numeric")
class Dl4jBackboneTest {

  private static final InputSpec SMALL = new InputSpec(16, 16, Preprocessing.TF);

  @TempDir Path folder;

  private static ComputationGraph graph() {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .activation(Activation.RELU)
            .graphBuilder()
            .addInputs("images")
            .setInputTypes(InputType.convolutional(16, 16, 3))
            .addLayer(
                "conv1", new ConvolutionLayer.Builder(3, 3).nOut(8).padding(1, 2).build(), "images")
            .addLayer("norm", new BatchNormalization(), "conv1")
            .addLayer(
                "depthwise",
                new DepthwiseConvolution2D.Builder(3, 3)
                    .depthMultiplier(2)
                    .convolutionMode(ConvolutionMode.Same)
                    .build(),
                "norm")
            .addLayer(
                "separable",
                new SeparableConvolution2D.Builder(3, 3)
                    .nOut(16)
                    .convolutionMode(ConvolutionMode.Same)
                    .build(),
                "depthwise")
            .addVertex(
                "sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "depthwise", "separable")
            .addVertex("both", new MergeVertex(), "sum", "norm")
            .addLayer(
                "pool",
                new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.AVG)
                    .kernelSize(2, 2)
                    .stride(2, 2)
                    .build(),
                "both")
            .addLayer("hidden", new DenseLayer.Builder().nOut(12).dropOut(0.8).build(), "pool")
            .addLayer(
                "output",
                new OutputLayer.Builder().nOut(4).activation(Activation.SOFTMAX).build(),
                "hidden")
            .setOutputs("output")
            .build();
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    spread(graph.params());
    return graph;
  }

  private static MultiLayerNetwork layers() {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .activation(Activation.TANH)
            .list()
            .layer(new ConvolutionLayer.Builder(5, 3).nOut(6).stride(2, 2).build())
            .layer(new BatchNormalization.Builder().useLogStd(true).build())
            .layer(new DenseLayer.Builder().nOut(9).build())
            .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
            .setInputType(InputType.convolutional(16, 16, 3))
            .build();
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    spread(network.params());
    return network;
  }

  /** Sets all parameters, running statistics included, to different values. */
  private static void spread(INDArray parameters) {
    float[] values = Goldens.wave((int) parameters.length(), 0.37);
    for (int i = 0; i < values.length; i++) {
      values[i] = 0.3f + 0.25f * values[i];
    }
    parameters.assign(Nd4j.createFromArray(values).reshape(parameters.shape()));
  }

  private static float[] ours(Backbone backbone, float[] image) {
    return Network.of(backbone.graph(), backbone.weights(), EngineOptions.defaults())
        .output(Batch.of(List.<float[][]>of(new float[][] {image})))[0];
  }

  private static INDArray array(float[] image, InputSpec input) {
    return Nd4j.createFromArray(image).reshape('c', 1, 3, input.height(), input.width());
  }

  private static void requireSame(float[] ours, INDArray theirs) {
    float[] expected = theirs.dup('c').data().asFloat();
    double norm = theirs.norm2Number().doubleValue() / Math.sqrt(expected.length);
    assertThat(norm).isPositive();
    // Up to fifty layers, each with several rounding errors of 6e-8. The largest error of a value
    // is less than five times the typical one.
    assertThat(ours).containsExactly(expected, Offset.offset((float) (1e-4 * norm)));
  }

  @Test
  void should_compute_what_a_graph_computes() {
    ComputationGraph graph = graph();
    float[] image = Goldens.wave(3 * 16 * 16, 0.31);

    Backbone backbone = Dl4jBackbone.of("mine", graph, SMALL);

    requireSame(
        ours(backbone, image),
        requireNonNull(graph.feedForward(array(image, SMALL), false).get("hidden")));
    assertThat(backbone.graph().names())
        .contains("conv1/padding", "conv1", "separable", "both", "hidden/dropout")
        .endsWith("hidden")
        .doesNotContain("output");
  }

  @Test
  void should_end_in_the_layer_that_is_named() {
    ComputationGraph graph = graph();
    float[] image = Goldens.wave(3 * 16 * 16, 0.31);

    Backbone backbone = Dl4jBackbone.of("mine", graph, SMALL, "sum");

    requireSame(
        ours(backbone, image),
        requireNonNull(graph.feedForward(array(image, SMALL), false).get("sum")));
    assertThat(backbone.graph().names()).doesNotContain("both", "pool");
  }

  @Test
  void should_compute_what_a_network_of_layers_computes() {
    MultiLayerNetwork network = layers();
    float[] image = Goldens.wave(3 * 16 * 16, 0.23);

    Backbone backbone = Dl4jBackbone.of("layers", network, SMALL);

    List<INDArray> theirs = network.feedForward(array(image, SMALL), false);
    requireSame(ours(backbone, image), theirs.get(3));
  }

  @Test
  void should_read_both_kinds_from_files() throws IOException {
    Path first = folder.resolve("graph.zip");
    Path second = folder.resolve("layers.zip");
    ModelSerializer.writeModel(graph(), first.toFile(), true);
    ModelSerializer.writeModel(layers(), second.toFile(), false);

    Backbone fromGraph = Dl4jBackbone.of("graph", first, SMALL);
    Backbone fromLayers = Dl4jBackbone.of("layers", second, SMALL);

    assertThat(fromGraph.weights().tensors())
        .isEqualTo(Dl4jBackbone.of("graph", graph(), SMALL).weights().tensors());
    assertThat(fromLayers.weights().tensors())
        .isEqualTo(Dl4jBackbone.of("layers", layers(), SMALL).weights().tensors());
    assertThat(fromGraph.weightsOrigin()).contains("graph.zip", "sha256");
  }

  static Stream<Arguments> zooModels() {
    int[] small = {3, 64, 64};
    int[] larger = {3, 160, 160}; // the smallest size for which its last pooling fits
    return Stream.of(
        Arguments.of(64, SimpleCNN.builder().numClasses(5).inputShape(small).build()),
        Arguments.of(64, SqueezeNet.builder().numClasses(5).inputShape(small).build()),
        Arguments.of(64, VGG16.builder().numClasses(5).inputShape(small).build()),
        Arguments.of(160, ResNet50.builder().numClasses(5).inputShape(larger).build()),
        Arguments.of(64, Xception.builder().numClasses(5).inputShape(small).build()));
  }

  @ParameterizedTest
  @MethodSource("zooModels")
  void should_compute_what_deeplearning4js_zoo_computes(int side, ZooModel<?> model) {
    String name = model.getClass().getSimpleName();
    InputSpec input = new InputSpec(side, side, Preprocessing.TF);
    Model network = model.init();
    // Some networks overflow with their initial values. This also makes variances differ from 1.
    network.params().muli(0.2);
    ComputationGraph graph =
        network instanceof MultiLayerNetwork layers
            ? layers.toComputationGraph()
            : (ComputationGraph) network;
    float[] image = Goldens.wave(3 * side * side, 0.31);
    String output = graph.getConfiguration().getNetworkOutputs().get(0);

    // The output layer is compared, because Deeplearning4j's activation layers overwrite their
    // inputs in inference, so the activations of inner layers may be wrong.
    Backbone whole = Dl4jBackbone.of(name, network, input, output);

    requireSame(ours(whole, image), graph.outputSingle(array(image, input)));
    assertThat(Dl4jBackbone.of(name, network, input).graph().nodes().size())
        .isLessThan(whole.graph().nodes().size());
    network.close();
  }

  @Test
  void should_be_fine_tuned() {
    SyntheticImages images = new SyntheticImages(3, 4, 16, 1);

    FineTunedModel model =
        FineTune.from(Dl4jBackbone.of("mine", graph(), SMALL, "pool"))
            .freezeUpTo("norm")
            .head(dense(6))
            .train(images, images, TrainOptions.defaults().epochs(1).batch(4));

    assertThat(model.classNames()).hasSize(3);
    assertThat(model.history().epochs()).hasSize(1);
  }

  @Test
  void should_refuse_unsupported_layers_and_missing_files() throws IOException {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("images")
                .setInputTypes(InputType.convolutional(16, 16, 3))
                .addLayer("norm", new LocalResponseNormalization(), "images")
                .addLayer("output", new OutputLayer.Builder().nOut(2).build(), "norm")
                .setOutputs("output")
                .build());
    graph.init();

    assertThatThrownBy(() -> Dl4jBackbone.of("lrn", graph, SMALL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("norm", "LocalResponseNormalization");
    assertThatThrownBy(() -> Dl4jBackbone.of("mine", graph(), SMALL, "absent"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("absent", "conv1");
    Path text = Files.writeString(folder.resolve("text.zip"), "no zip");
    assertThatThrownBy(() -> Dl4jBackbone.of("text", text, SMALL))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("text.zip");
    assertThatThrownBy(() -> Dl4jBackbone.of("absent", folder.resolve("absent.zip"), SMALL))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("must be a zip of Deeplearning4j, got no file");
  }

  private static MultiLayerNetwork of(InputType input, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork network = new MultiLayerNetwork(list.setInputType(input).build());
    network.init();
    return network;
  }

  static Stream<Arguments> otherNetworks() {
    ComputationGraph two =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("a", "b")
                .setInputTypes(InputType.feedForward(3), InputType.feedForward(3))
                .addVertex("both", new MergeVertex(), "a", "b")
                .addLayer("output", new OutputLayer.Builder().nOut(2).build(), "both")
                .setOutputs("output")
                .build());
    two.init();
    return Stream.of(
        Arguments.of(
            "rows of a table",
            of(
                InputType.feedForward(4),
                new DenseLayer.Builder().nOut(3).build(),
                new OutputLayer.Builder().nOut(2).build())),
        Arguments.of(
            "sequences",
            of(
                InputType.recurrent(4),
                new LSTM.Builder().nOut(3).build(),
                new RnnOutputLayer.Builder().nOut(2).build())),
        Arguments.of(
            "words",
            of(
                InputType.feedForward(9),
                new EmbeddingLayer.Builder().nIn(9).nOut(3).build(),
                new OutputLayer.Builder().nOut(2).build())),
        Arguments.of(
            "signals",
            of(
                InputType.recurrent(4, 10),
                new Convolution1DLayer.Builder().kernelSize(3).nOut(3).build(),
                new GlobalPoolingLayer(),
                new OutputLayer.Builder().nOut(2).build())),
        Arguments.of(
            "volumes",
            of(
                InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 8, 8, 8, 1),
                new Convolution3D.Builder().kernelSize(3, 3, 3).nOut(3).build(),
                new OutputLayer.Builder().nOut(2).build())),
        Arguments.of(
            "codes",
            of(
                InputType.feedForward(4),
                new VariationalAutoencoder.Builder()
                    .encoderLayerSizes(3)
                    .decoderLayerSizes(3)
                    .nOut(2)
                    .build(),
                new OutputLayer.Builder().nOut(2).build())),
        Arguments.of("two inputs", two));
  }

  @ParameterizedTest
  @MethodSource("otherNetworks")
  void should_name_the_file_of_a_network_that_is_none_of_images(String kind, Model network)
      throws IOException {
    Path file = folder.resolve("other.zip");
    ModelSerializer.writeModel(network, file.toFile(), false);

    assertThatThrownBy(() -> Dl4jBackbone.of(kind, file, SMALL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file + ": the network must be one of images");
  }
}
