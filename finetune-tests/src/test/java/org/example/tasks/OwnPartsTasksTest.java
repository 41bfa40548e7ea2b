package org.example.tasks;

import static dev.finetune.head.HeadLayers.batchNorm;
import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.head.HeadLayers.dropout;
import static dev.finetune.train.Adam.adam;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Doubles;
import dev.finetune.FeatureExtractor;
import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.ImageDataset;
import dev.finetune.dl4j.Dl4jBackbone;
import dev.finetune.evaluate.Metric;
import dev.finetune.evaluate.Softmax;
import dev.finetune.freeze.FreezeStrategy;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.Shape;
import dev.finetune.graph.layer.ZeroPad;
import dev.finetune.image.Augmentation;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Pixels;
import dev.finetune.image.Preprocessing;
import dev.finetune.loss.Loss;
import dev.finetune.loss.Targets;
import dev.finetune.train.TrainOptions;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Facts;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.weights.TensorNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks in which an application brings its own part. */
@Tag("numeric")
class OwnPartsTasksTest {

  private static final ImageDataset TRAIN = Photo.dataset(90, 1);
  private static final ImageDataset VALID = Photo.dataset(60, 2);
  private static final TrainOptions OPTIONS =
      TrainOptions.defaults().epochs(20).optimizer(adam(1e-2));

  private final Backbone backbone = SmallBackbone.create();

  @TempDir Path temporary;

  @Test
  void own_augmentation() {
    // Task: own augmentation
    record Fog(double most) implements Augmentation {
      @Override
      public Pixels apply(Pixels image, RandomGenerator random) {
        float fog = (float) (most * random.nextDouble());
        float[] planes = image.planes().clone();
        for (int i = 0; i < planes.length; i++) {
          planes[i] += fog * (255 - planes[i]);
        }
        return Pixels.ofPlanes(image.height(), image.width(), planes);
      }

      @Override
      public String description() {
        return "fog:" + most;
      }
    }
    TrainOptions options = OPTIONS.augment(new Fog(0.9), 8);
    // End

    FineTunedModel plain = FineTune.from(backbone).freezeAll().train(TRAIN, VALID, OPTIONS);
    FineTunedModel model = FineTune.from(backbone).freezeAll().train(TRAIN, VALID, options);
    ImageDataset foggy =
        ImageDataset.of(
            Photo.photos(60, 3),
            Photo::species,
            Photo::key,
            photo -> new Fog(0.9).apply(photo.image(), () -> -1L));
    assertThat(model.provenanceJson()).contains("fog:0.9");
    assertThat(model.evaluate(foggy).accuracy())
        .isGreaterThan(plain.evaluate(foggy).accuracy() + 0.1);
  }

  @Test
  void own_head() {
    // Task: own head
    FineTunedModel model =
        FineTune.from(backbone)
            .freezeAll()
            .head(batchNorm(), dense(32, Activation.ELU), dropout(0.3), dense(16))
            .train(TRAIN, VALID, OPTIONS);
    // End

    assertThat(model.graph().names())
        .contains("head/batch_norm", "head/dense", "head/dropout", "head/dense_1", "logits");
    assertThat(model.evaluate(VALID).accuracy()).isGreaterThan(0.8);
  }

  @Test
  void backbone_of_deeplearning4j() throws IOException {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .activation(org.nd4j.linalg.activations.Activation.RELU)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(8).build())
                .layer(
                    new OutputLayer.Builder()
                        .nOut(4)
                        .activation(org.nd4j.linalg.activations.Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(8, 8, 3))
                .build());
    network.init();
    Path zip = temporary.resolve("network.zip");
    ModelSerializer.writeModel(network, zip.toFile(), true);

    // Task: backbone of Deeplearning4j
    Backbone mine = Dl4jBackbone.of("mine", zip, new InputSpec(8, 8, Preprocessing.TF));
    FineTunedModel model = FineTune.from(mine).freezeAll().train(TRAIN, VALID, OPTIONS);
    // End

    assertThat(model.weights().tensor("0", ParameterRole.KERNEL).values())
        .isEqualTo(network.getLayer(0).getParam("W").dup('c').data().asFloat());
    assertThat(model.evaluate(VALID).accuracy()).isGreaterThan(0.8);
    network.close();
  }

  /** The file and the features are those of make_own_network.py. */
  @Test
  void own_torch_network() throws IOException {
    Path file = temporary.resolve("own-network.pt");
    try (InputStream in = resource("own-network.pt")) {
      Files.copy(in, file);
    }

    // Task: own torch network
    record Mine(Facts facts) implements Architecture {
      @Override
      public Definition define(Form form) {
        LayerGraph graph =
            LayerGraph.builder()
                .add("in", new Input(Shape.image(3, form.height(), form.width())))
                .then("pad", new ZeroPad(1))
                .then("conv1", Conv2d.plain(8, 3, 2, Padding.VALID))
                .then("norm1", new BatchNorm(1e-5, 0.9))
                .then("relu1", new Activate(Activation.RELU))
                .then("conv2", new Conv2d(12, 3, 1, Padding.SAME, true, Activation.RELU))
                .build();
        return new Definition(graph, ImmutableMap.of("0", "conv1", "1", "norm1", "3", "conv2"));
      }
    }
    var preprocessing = ImmutableMap.of(Dialect.TORCHVISION, Preprocessing.TORCH);
    Backbone mine =
        Zoo.of(new Mine(new Facts("mine", 8, preprocessing, List.of(), "none")))
            .weights(file, Dialect.TORCHVISION, TensorNames.withoutPrefix("features."));
    // End

    JsonNode golden;
    try (InputStream in = resource("own-network.json")) {
      golden = new ObjectMapper().readTree(in);
    }
    try (FeatureExtractor extractor =
        FeatureExtractor.of(mine.input(), mine.graph(), mine.weights(), "conv2")) {
      float[] features =
          extractor.features(List.of(Pixels.ofPlanes(8, 8, floats(golden.get("image"))))).values();
      // Rounding of sums of about a hundred float32 products of magnitude 1.
      assertThat(features).containsExactly(floats(golden.get("features")), Offset.offset(1e-5f));
    }
    assertThat(
            FineTune.from(mine).freezeUpTo("relu1").train(TRAIN, VALID, OPTIONS).history().last())
        .satisfies(last -> assertThat(last.validScore()).isGreaterThan(0.8));
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(
        OwnPartsTasksTest.class.getResourceAsStream("/torch/" + name), name);
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).floatValue();
    }
    return values;
  }

  @Test
  void own_freezing() {
    // Task: own freezing
    FreezeStrategy normalisation =
        graph ->
            graph.nodes().stream()
                .filter(node -> node.layer() instanceof BatchNorm)
                .map(Node::name)
                .collect(Collectors.toSet());
    FineTunedModel model =
        FineTune.from(backbone).freeze(normalisation).train(TRAIN, VALID, OPTIONS.epochs(2));
    // End

    assertThat(model.weights().layer("norm2")).isEqualTo(backbone.weights().layer("norm2"));
    assertThat(model.weights().layer("conv1")).isNotEqualTo(backbone.weights().layer("conv1"));
    assertThat(model.weights().layer("conv2")).isNotEqualTo(backbone.weights().layer("conv2"));
  }

  @Test
  void own_loss() {
    // Task: own loss
    record LogCosh() implements Loss {
      @Override
      public String name() {
        return "log-cosh";
      }

      @Override
      public double compute(float[][] outputs, Targets targets, float[][] gradients) {
        double sum = 0;
        for (int i = 0; i < outputs.length; i++) {
          double weight = targets.weight(i) / outputs.length;
          for (int j = 0; j < outputs[i].length; j++) {
            double error = outputs[i][j] - targets.share(i, j);
            sum += weight * Math.log(Math.cosh(error));
            gradients[i][j] = (float) (weight * Math.tanh(error));
          }
        }
        return sum;
      }
    }
    FineTunedModel model =
        FineTune.from(backbone).freezeAll().train(TRAIN, VALID, OPTIONS.loss(new LogCosh()));
    // End

    assertThat(model.provenanceJson()).contains("\"log-cosh\"");
    assertThat(model.evaluate(VALID).accuracy()).isGreaterThan(0.8);
  }

  @Test
  void own_metric() {
    // Task: own metric
    record Confidence() implements Metric {
      @Override
      public String name() {
        return "confidence";
      }

      @Override
      public Tally tally() {
        return new Tally() {
          private final DoubleSummaryStatistics all = new DoubleSummaryStatistics();

          @Override
          public void add(float[][] outputs, Targets targets) {
            Stream.of(outputs).map(Softmax::probabilities).mapToDouble(Doubles::max).forEach(all);
          }

          @Override
          public double result() {
            return all.getAverage();
          }
        };
      }
    }
    TrainOptions options = OPTIONS.metric(new Confidence());
    // End

    FineTunedModel model = FineTune.from(backbone).freezeAll().train(TRAIN, VALID, options);
    double expected =
        model.classify(Photo.photos(60, 2).stream().map(Photo::image).toList()).stream()
            .mapToDouble(prediction -> prediction.best().probability())
            .average()
            .orElseThrow();
    assertThat(model.history().last().metrics().get("confidence"))
        .isCloseTo(expected, Offset.offset(1e-6));
    assertThat(model.history().toCsv()).contains(",confidence\n");
  }
}
