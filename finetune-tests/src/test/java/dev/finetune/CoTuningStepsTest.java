package dev.finetune;

import static dev.finetune.head.HeadLayers.dropout;
import static dev.finetune.head.HeadLayers.globalAveragePooling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.finetune.backbone.Backbone;
import dev.finetune.backbone.SourceHead;
import dev.finetune.engine.EngineOptions;
import dev.finetune.freeze.Phase;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.Shape;
import dev.finetune.head.HeadGraph;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.internal.cotuning.SourceLayer;
import dev.finetune.internal.training.Measurements;
import dev.finetune.internal.training.ModelWriter;
import dev.finetune.internal.training.TaskData;
import dev.finetune.internal.training.TrainingJob;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.CoTuning;
import dev.finetune.train.EpochResult;
import dev.finetune.train.Keep;
import dev.finetune.train.Sgd;
import dev.finetune.train.TrainOptions;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares trainings of a tiny network with a computation in this file: the relationship, the loss,
 * the gradients of all layers and the steps. The network is a pointwise convolution without
 * activation, averaged, so its features are linear in the mean colour of an image.
 */
class CoTuningStepsTest {

  private static final int FEATURES = 4;
  private static final int CLASSES = 3;
  private static final int SOURCES = 5;
  private static final double RATE = 0.5;
  private static final double STRENGTH = 2.3;
  private static final int IMAGES_PER_CLASS = 3;
  private static final SyntheticImages IMAGES =
      new SyntheticImages(CLASSES, CLASSES * IMAGES_PER_CLASS, 4, 5);

  private static final float[] KERNEL = new float[FEATURES * SOURCES];
  private static final float[] BIAS = {0.3f, -0.2f, 0.1f, 0, -0.4f};

  static {
    for (int i = 0; i < KERNEL.length; i++) {
      KERNEL[i] = (float) Math.sin(1 + 2.1 * i);
    }
  }

  private static Backbone backbone() {
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Input(Shape.image(3, 4, 4)))
            .then("conv", new Conv2d(FEATURES, 1, 1, Padding.SAME, true, Activation.LINEAR))
            .build();
    return Backbone.of(
            "pointwise",
            new InputSpec(4, 4, Preprocessing.TF),
            graph,
            RandomWeights.glorot(graph, 2),
            "seed 2")
        .withSourceHead(
            SourceHead.of(
                Tensor.of(List.of(FEATURES, SOURCES), KERNEL.clone()),
                Tensor.of(List.of(SOURCES), BIAS.clone())));
  }

  private static FineTunedModel train(int epochs, String engine) {
    TrainOptions options =
        TrainOptions.defaults()
            .epochs(epochs)
            .batch(IMAGES.size())
            .optimizer(Sgd.sgd(RATE))
            .keep(Keep.LAST)
            .seed(4);
    return FineTune.from(backbone())
        .engine(engine)
        .freezeNone()
        .head(globalAveragePooling())
        .coTuning(CoTuning.ofStrength(STRENGTH))
        .train(IMAGES, IMAGES, options);
  }

  /** A matrix [inputs + 1][outputs] of a linear layer; the last row is the bias. */
  private static double[][] layer(float[] kernel, float[] bias) {
    int inputs = kernel.length / bias.length;
    double[][] layer = new double[inputs + 1][bias.length];
    for (int j = 0; j < bias.length; j++) {
      for (int k = 0; k < inputs; k++) {
        layer[k][j] = kernel[k * bias.length + j];
      }
      layer[inputs][j] = bias[j];
    }
    return layer;
  }

  /** Returns a layer of weights; the kernel of the convolution is [outputs, inputs, 1, 1]. */
  private static double[][] layer(Weights weights, String name) {
    Tensor kernel = weights.tensor(name, ParameterRole.KERNEL);
    Tensor ordered = name.equals("conv") ? kernel.permute(2, 3, 1, 0) : kernel;
    return layer(ordered.values(), weights.tensor(name, ParameterRole.BIAS).values());
  }

  private static double[] outputs(double[] inputs, double[][] layer) {
    double[] outputs = layer[inputs.length].clone();
    for (int k = 0; k < inputs.length; k++) {
      for (int j = 0; j < outputs.length; j++) {
        outputs[j] += inputs[k] * layer[k][j];
      }
    }
    return outputs;
  }

  private static double[] softmax(double[] logits) {
    double sum = 0;
    double[] p = new double[logits.length];
    for (int j = 0; j < p.length; j++) {
      p[j] = Math.exp(logits[j]);
      sum += p[j];
    }
    for (int j = 0; j < p.length; j++) {
      p[j] /= sum;
    }
    return p;
  }

  /** Returns the mean colour of an image, with values from -1 to 1. */
  private static double[] colour(SyntheticImages images, int image) {
    float[] planes = images.load(image).planes();
    double[] mean = new double[3];
    for (int i = 0; i < planes.length; i++) {
      mean[i / 16] += (planes[i] / 127.5 - 1) / 16;
    }
    return mean;
  }

  private static final class Computed {
    final double[][] conv;
    final double[][] target;
    final double[][] source = layer(KERNEL, BIAS);
    final double[][] relationship = new double[CLASSES][SOURCES];
    final List<Double> losses = new ArrayList<>();

    Computed(double[][] conv, double[][] target) {
      this.conv = conv;
      this.target = target;
      for (int i = 0; i < IMAGES.size(); i++) {
        double[] p = softmax(outputs(outputs(colour(IMAGES, i), conv), source));
        for (int j = 0; j < SOURCES; j++) {
          relationship[IMAGES.label(i)][j] += p[j] / IMAGES_PER_CLASS;
        }
      }
    }

    /** Takes a step of gradient descent with all images. */
    void step() {
      double[][] convGradient = new double[conv.length][FEATURES];
      double[][] targetGradient = new double[target.length][CLASSES];
      double[][] sourceGradient = new double[source.length][SOURCES];
      double loss = 0;
      for (int i = 0; i < IMAGES.size(); i++) {
        double[] colour = colour(IMAGES, i);
        double[] features = outputs(colour, conv);
        double[] own = new double[CLASSES];
        own[IMAGES.label(i)] = 1;
        double[] back = new double[FEATURES];
        loss += term(features, target, own, 1, targetGradient, back);
        loss +=
            term(features, source, relationship[IMAGES.label(i)], STRENGTH, sourceGradient, back);
        add(convGradient, colour, back);
      }
      losses.add(loss / IMAGES.size());
      descend(conv, convGradient);
      descend(target, targetGradient);
      descend(source, sourceGradient);
    }

    /** Returns a term of the loss of an image, and adds its gradients. */
    private static double term(
        double[] features,
        double[][] layer,
        double[] wanted,
        double factor,
        double[][] gradient,
        double[] back) {
      double[] p = softmax(outputs(features, layer));
      double[] delta = new double[p.length];
      double loss = 0;
      for (int j = 0; j < p.length; j++) {
        loss -= factor * wanted[j] * Math.log(p[j]);
        delta[j] = factor * (p[j] - wanted[j]);
        for (int k = 0; k < back.length; k++) {
          back[k] += delta[j] * layer[k][j];
        }
      }
      add(gradient, features, delta);
      return loss;
    }

    private static void add(double[][] gradient, double[] inputs, double[] delta) {
      for (int k = 0; k < gradient.length; k++) {
        for (int j = 0; j < delta.length; j++) {
          gradient[k][j] += (k < inputs.length ? inputs[k] : 1) * delta[j];
        }
      }
    }

    private static void descend(double[][] layer, double[][] gradient) {
      for (int k = 0; k < layer.length; k++) {
        for (int j = 0; j < layer[k].length; j++) {
          layer[k][j] -= RATE * gradient[k][j] / IMAGES.size();
        }
      }
    }
  }

  /** The last layer starts from the same random values in each training with this seed. */
  private static double[][] initialLogits() {
    TrainOptions still =
        TrainOptions.defaults().epochs(1).optimizer(Sgd.sgd(1e-30)).keep(Keep.LAST).seed(4);
    try (FineTunedModel model =
        FineTune.from(backbone()).head(globalAveragePooling()).train(IMAGES, IMAGES, still)) {
      return layer(model.weights(), "logits");
    }
  }

  /** Batches of 4 of 10 images: the last one is shorter, and the classes have 4, 3 and 3 images. */
  @Test
  void should_relate_classes_by_the_mean_probabilities_of_their_images() throws IOException {
    SyntheticImages images = new SyntheticImages(CLASSES, 10, 4, 5);
    LayerGraph graph =
        HeadGraph.append(
            backbone().graph(), List.of(globalAveragePooling(), dropout(0.5)), SOURCES);
    SourceLayer source = SourceLayer.read(backbone().sourceHead().orElseThrow());
    TrainingJob job =
        new TrainingJob(
            graph,
            Map.of(),
            backbone().graph().names(),
            List.of(new Phase(1, "none", Set.of())),
            backbone().weights().plus(source.weightsOfLogits()),
            backbone().input(),
            EngineOptions.defaults(),
            TaskData.classes(images, IMAGES),
            TrainOptions.defaults().batch(4),
            List.of(),
            ModelWriter.NONE);
    double[][] expected = new double[CLASSES][SOURCES];
    double[][] conv = layer(backbone().weights(), "conv");
    for (int i = 0; i < 10; i++) {
      double[] p = softmax(outputs(outputs(colour(images, i), conv), layer(KERNEL, BIAS)));
      for (int j = 0; j < SOURCES; j++) {
        expected[i % CLASSES][j] += p[j] / (i % CLASSES == 0 ? 4 : 3);
      }
    }

    double[][] relationship = new Measurements(job).meanProbabilities();

    assertThat(relationship).hasDimensions(CLASSES, SOURCES);
    for (int label = 0; label < CLASSES; label++) {
      assertThat(relationship[label]).containsExactly(expected[label], within(1e-6));
      assertThat(Arrays.stream(relationship[label]).sum()).isCloseTo(1, within(1e-12));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "dl4j"})
  void should_take_the_steps_that_the_formula_says(String engine) {
    Computed computed = new Computed(layer(backbone().weights(), "conv"), initialLogits());
    for (int i = 0; i < 3; i++) {
      computed.step();
    }

    try (FineTunedModel model = train(3, engine)) {
      double[][] conv = layer(model.weights(), "conv");
      double[][] target = layer(model.weights(), "logits");
      for (int k = 0; k < conv.length; k++) {
        assertThat(conv[k]).containsExactly(computed.conv[k], within(2e-6));
      }
      for (int k = 0; k < target.length; k++) {
        assertThat(target[k]).containsExactly(computed.target[k], within(2e-6));
      }
      List<EpochResult> epochs = model.history().epochs();
      for (int i = 0; i < 3; i++) {
        assertThat(epochs.get(i).trainLoss()).isCloseTo(computed.losses.get(i), within(1e-5));
      }
    }
  }
}
