package dev.finetune.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.backbone.Backbone;
import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.NormPolicy;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Add;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Layer;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.SeparableConv2d;
import dev.finetune.graph.layer.Shape;
import dev.finetune.internal.network.Network;
import dev.finetune.internal.training.Learner;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.loss.Targets;
import dev.finetune.testing.Goldens;
import dev.finetune.testing.RandomBackbones;
import dev.finetune.train.Adam;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * The engines onednn and dl4j agree, forward and backward, on composite layers, which are expanded
 * to basic layers before an engine sees them. The engines' test kit has tests for the basic layers.
 *
 * <p>Several networks are compared at a time, as parts of one network whose logits are their sum,
 * because creating and closing a Deeplearning4j network takes most of the time.
 */
@Tag("numeric")
class EnginesProperties {

  private static final EngineOptions DL4J = EngineOptions.defaults().engine("dl4j");

  /**
   * The tolerance relative to the norm of each tensor, or to a tenth of the norm of all gradients
   * of its network, for tensors close to zero. A float32 operation has an error of 6e-8. A sum of n
   * terms has an error of about sqrt(n) times that, where n is at most 2205 (a kernel's gradient
   * over 5 images of 21 x 21): 3e-6. Winograd's transformations add about 30 errors, 2e-6. Through
   * nine layers forward and backward in both engines, this is 18 * 2 * 5e-6 if no errors cancel;
   * half of that was observed, and most networks here have two layers. A single wrong value among
   * the 141,120 of the largest tensor gives 3e-3.
   */
  private static final double TOLERANCE = 1e-4;

  private static final String JOINED = "logits";

  /** A network that ends in logits, with its frozen layers. */
  private record Case(LayerGraph graph, Set<String> frozen) {}

  /** Small numbers of channels, and multiples of 16, for which oneDNN has Winograd's algorithm. */
  private static Arbitrary<Integer> channels() {
    return Arbitraries.of(1, 2, 3, 5, 16, 24, 32, 48);
  }

  private static Arbitrary<Integer> between(int min, int max) {
    return Arbitraries.integers().between(min, max);
  }

  @Provide
  Arbitrary<Case> separableShapes() {
    return Combinators.combine(
            channels(), channels(), between(1, 5), between(1, 2), Arbitraries.of(true, false))
        .as(
            (channels, filters, kernel, stride, bias) ->
                around(
                    new SeparableConv2d(
                        filters, kernel, stride, Padding.SAME, bias, Activation.TANH),
                    channels,
                    11));
  }

  @Property(tries = 4, shrinking = ShrinkingMode.OFF, seed = "42")
  void should_agree_over_separable_shapes(
      @ForAll @Size(5) List<@From("separableShapes") Case> cases) {
    requireAgreement(cases, 2);
  }

  @Provide
  Arbitrary<Case> graphs() {
    return Combinators.combine(between(0, 1_000_000), between(1, 9))
        .as(
            (seed, layers) -> {
              Backbone backbone = RandomBackbones.smooth(layers, seed);
              Set<String> frozen = new HashSet<>();
              List<String> names = backbone.graph().names().asList();
              for (int i = 0; i < names.size(); i++) {
                if ((seed >> (i % 20) & 1) == 1) {
                  frozen.add(names.get(i));
                }
              }
              return new Case(
                  backbone.graph().toBuilder()
                      .then("pooled", new GlobalAveragePool())
                      .then("hidden", new Dense(6, Activation.ELU))
                      .then(JOINED, new Dense(2, Activation.LINEAR))
                      .build(),
                  frozen);
            });
  }

  @Property(tries = 12, shrinking = ShrinkingMode.OFF, seed = "42")
  void should_agree_over_graphs_and_frozen_layers(
      @ForAll @Size(5) List<@From("graphs") Case> cases,
      @ForAll @IntRange(min = 2, max = 5) int batch) {
    requireAgreement(cases, batch);
  }

  /** Returns a network whose first layer trains too, so that every gradient is computed. */
  private static Case around(Layer conv, int channels, int side) {
    return headed(image(side, channels, Activation.TANH).then("conv", conv));
  }

  private static LayerGraph.Builder image(int side, int channels, Activation activation) {
    return LayerGraph.builder()
        .add("in", new Input(Shape.image(3, side, side)))
        .then("first", new Conv2d(channels, 1, 1, Padding.SAME, true, activation));
  }

  private static Case headed(LayerGraph.Builder graph) {
    return new Case(
        graph
            .then("pooled", new GlobalAveragePool())
            .then(JOINED, new Dense(2, Activation.LINEAR))
            .build(),
        Set.of());
  }

  private static String own(int number, String name) {
    return number + " " + name;
  }

  private static void requireAgreement(List<Case> cases, int batch) {
    LayerGraph.Builder builder = LayerGraph.builder();
    Set<String> frozen = new HashSet<>();
    List<String> compared = new ArrayList<>();
    for (int number = 0; number < cases.size(); number++) {
      LayerGraph graph = cases.get(number).graph();
      for (Node node : graph.nodes()) {
        int of = number;
        builder.add(
            own(number, node.name()),
            node.layer(),
            node.inputs().stream().map(n -> own(of, n)).toArray(String[]::new));
      }
      for (String name : cases.get(number).frozen()) {
        frozen.add(own(number, name));
      }
      // The outputs after the pooling are means, in which errors cancel.
      for (String name : graph.node("pooled").inputs()) {
        compared.add(own(number, name));
      }
    }
    String[] logits =
        IntStream.range(0, cases.size()).mapToObj(n -> own(n, JOINED)).toArray(String[]::new);
    LayerGraph joined = builder.add(JOINED, new Add(), logits).build();
    Weights weights = RandomWeights.glorot(joined, 3);
    Batch examples = batch(joined, batch);
    requireSameOutput(joined, compared, weights, examples);
    requireSameGradients(joined, frozen, weights, examples, cases.size());
  }

  private static void requireSameGradients(
      LayerGraph graph, Set<String> frozen, Weights weights, Batch examples, int cases) {
    Weights oneDnn = gradients(graph, frozen, weights, examples, EngineOptions.defaults());
    Weights dl4j = gradients(graph, frozen, weights, examples, DL4J);
    double[] squares = new double[cases];
    for (String layer : dl4j.tensors().rowKeySet()) {
      for (Tensor tensor : dl4j.layer(layer).values()) {
        squares[number(layer)] += Math.pow(norm(tensor.values()), 2);
      }
    }
    for (String layer : dl4j.tensors().rowKeySet()) {
      double all = Math.sqrt(squares[number(layer)]);
      dl4j.layer(layer)
          .forEach(
              (role, tensor) -> {
                Tensor mine = oneDnn.tensor(layer, role);
                double difference = norm(minus(mine.values(), tensor.values()));
                double own = norm(tensor.values());
                // Running statistics change on another scale, and not at all while they are frozen.
                double size = role.learned() ? Math.max(own, 0.1 * all) : Math.max(own, 1e-2);
                assertThat(difference / size)
                    .as("%s %s of %s", layer, role, graph.nodes())
                    .isLessThan(TOLERANCE);
              });
    }
  }

  private static int number(String layer) {
    return layer.charAt(0) - '0';
  }

  private static void requireSameOutput(
      LayerGraph graph, List<String> layers, Weights weights, Batch examples) {
    LayerGraph.Builder part = LayerGraph.builder();
    for (String name : graph.closure(layers)) {
      Node node = graph.node(name);
      part.add(name, node.layer(), node.inputs().toArray(String[]::new));
    }
    LayerGraph asked = part.build(layers);
    float[][][] mine = Network.of(asked, weights, EngineOptions.defaults()).outputs(examples);
    float[][][] theirs = Network.of(asked, weights, DL4J).outputs(examples);
    for (int i = 0; i < mine.length; i++) {
      for (int k = 0; k < layers.size(); k++) {
        assertThat(norm(minus(mine[i][k], theirs[i][k])) / norm(theirs[i][k]))
            .as("%s of %s", layers.get(k), graph.nodes())
            .isLessThan(TOLERANCE);
      }
    }
  }

  /**
   * Returns the changes of a step, which are proportional to the gradients: with such a large
   * epsilon, Adam's first step is the gradient times (1 - beta1) / epsilon, the learning rate and
   * the bias correction.
   */
  private static Weights gradients(
      LayerGraph graph, Set<String> frozen, Weights weights, Batch examples, EngineOptions path) {
    // All examples have the same class, so that their gradients do not cancel.
    int[] labels = new int[examples.size()];
    try (Learner learner =
        Learner.of(
            graph,
            frozen,
            weights,
            NormPolicy.ownMomentum(),
            path,
            CrossEntropy.crossEntropy(),
            new Adam(1e7, 0.9, 0.999, 1e3))) {
      learner.step(examples, Targets.classes(labels), 1);
      Weights after = learner.network().weights();
      Table<String, ParameterRole, Tensor> changes = HashBasedTable.create();
      for (String layer : after.tensors().rowKeySet()) {
        after
            .layer(layer)
            .forEach(
                (role, tensor) -> {
                  float[] before = weights.tensor(layer, role).values();
                  changes.put(
                      layer, role, Tensor.of(tensor.shape(), minus(tensor.values(), before)));
                });
      }
      return Weights.of(changes);
    }
  }

  private static Batch batch(LayerGraph graph, int count) {
    List<float[][]> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double k = 0.3 + i;
      examples.add(
          graph.inputs().stream()
              .map(input -> Goldens.wave(input.output().size(), k))
              .toArray(float[][]::new));
    }
    return Batch.of(examples);
  }

  private static float[] minus(float[] a, float[] b) {
    float[] difference = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      difference[i] = a[i] - b[i];
    }
    return difference;
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
