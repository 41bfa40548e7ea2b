package dev.finetune.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.backbone.Backbone;
import dev.finetune.engine.ConvolutionPath;
import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.Activation;
import dev.finetune.graph.Layer;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Padding;
import dev.finetune.graph.ParameterRole;
import dev.finetune.graph.Shape;
import dev.finetune.internal.engine.Engines;
import dev.finetune.internal.engine.Network;
import dev.finetune.internal.network.Batch;
import dev.finetune.internal.network.TrainableNetwork;
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
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/**
 * oneDNN and Deeplearning4j's own code agree, forward and backward: to 1e-5 of the norm of each
 * tensor, or of a tenth of the norm of all gradients where one is next to nothing.
 */
class EnginesProperties {

  private static final double TOLERANCE = 1e-5;

  /** Where rounding adds up: of nine layers, or behind normalisation, whose gradients cancel. */
  private static final double GRAPH_TOLERANCE = 5e-5;

  /** Few channels, and the multiples of 16 for which oneDNN has Winograd's algorithm. */
  @Provide
  Arbitrary<Integer> channels() {
    return Arbitraries.of(1, 2, 3, 5, 16, 24, 32, 48);
  }

  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  void should_agree_over_shapes(
      @ForAll("channels") int channels,
      @ForAll("channels") int filters,
      @ForAll @IntRange(min = 7, max = 19) int side,
      @ForAll @IntRange(min = 1, max = 4) int kernel,
      @ForAll @IntRange(min = 1, max = 3) int stride,
      @ForAll @IntRange(min = 1, max = 2) int dilation,
      @ForAll Padding padding,
      @ForAll boolean bias,
      @ForAll @IntRange(min = 1, max = 5) int batch) {
    Layer.Conv2d conv =
        new Layer.Conv2d(filters, kernel, stride, padding, dilation, 1, bias, Activation.TANH);

    requireAgreement(around(conv, channels, side), Set.of(), batch, TOLERANCE);
  }

  /** The shape that Winograd's algorithm is for, more often than it comes up above. */
  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  void should_agree_over_three_by_three_shapes(
      @ForAll @IntRange(min = 1, max = 4) int blocksIn,
      @ForAll @IntRange(min = 1, max = 4) int blocksOut,
      @ForAll @IntRange(min = 4, max = 21) int side,
      @ForAll Padding padding,
      @ForAll @IntRange(min = 1, max = 5) int batch) {
    Layer.Conv2d conv = new Layer.Conv2d(16 * blocksOut, 3, 1, padding, true, Activation.TANH);

    requireAgreement(around(conv, 16 * blocksIn, side), Set.of(), batch, TOLERANCE);
  }

  @Property(tries = 20, shrinking = ShrinkingMode.OFF)
  void should_agree_over_depthwise_shapes(
      @ForAll("channels") int channels,
      @ForAll @IntRange(min = 1, max = 2) int multiplier,
      @ForAll @IntRange(min = 7, max = 15) int side,
      @ForAll @IntRange(min = 2, max = 3) int kernel,
      @ForAll @IntRange(min = 1, max = 2) int stride,
      @ForAll @IntRange(min = 1, max = 3) int batch) {
    Layer.Conv2d conv =
        new Layer.Conv2d(
            channels * multiplier,
            kernel,
            stride,
            Padding.SAME,
            1,
            channels,
            true,
            Activation.TANH);

    requireAgreement(around(conv, channels, side), Set.of(), batch, TOLERANCE);
  }

  /** Windows of any two sides, padded by a layer before them. */
  @Property(tries = 30, shrinking = ShrinkingMode.OFF)
  void should_agree_over_padded_windows(
      @ForAll("channels") int channels,
      @ForAll @IntRange(min = 1, max = 7) int height,
      @ForAll @IntRange(min = 1, max = 7) int width,
      @ForAll @IntRange(max = 3) int before,
      @ForAll @IntRange(max = 3) int after,
      @ForAll @IntRange(min = 1, max = 2) int stride) {
    Layer.Conv2d conv =
        new Layer.Conv2d(
            5, height, width, stride, Padding.VALID, 1, 1, true, Activation.HARD_SWISH);
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Layer.Input(Shape.image(3, 9, 9)))
            .then("first", new Layer.Conv2d(channels, 1, 1, Padding.SAME, true, Activation.GELU))
            .then("pad", new Layer.ZeroPad(before, after, after, before))
            .then("conv", conv)
            .then("pooled", new Layer.GlobalAveragePool())
            .then("logits", new Layer.Dense(2, Activation.LINEAR))
            .build();

    requireAgreement(graph, Set.of(), 2, TOLERANCE);
  }

  @Property(tries = 20, shrinking = ShrinkingMode.OFF)
  void should_agree_over_separable_shapes(
      @ForAll("channels") int channels,
      @ForAll("channels") int filters,
      @ForAll @IntRange(min = 1, max = 5) int kernel,
      @ForAll @IntRange(min = 1, max = 2) int stride,
      @ForAll boolean bias) {
    Layer conv =
        new Layer.SeparableConv2d(filters, kernel, stride, Padding.SAME, bias, Activation.TANH);

    requireAgreement(around(conv, channels, 11), Set.of(), 2, TOLERANCE);
  }

  @Provide
  Arbitrary<Layer> perChannel() {
    return Arbitraries.of(
        new Layer.BatchNorm(1e-3, 0.9),
        new Layer.BatchNorm(1e-3, 0.9, false),
        new Layer.LayerNorm(1e-3),
        new Layer.Scale(0.7),
        new Layer.Activate(Activation.GELU),
        new Layer.Activate(Activation.HARD_SIGMOID),
        new Layer.Activate(Activation.RELU6),
        new Layer.ZeroPad(1, 2, 0, 3));
  }

  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  void should_agree_over_what_works_on_each_channel(
      @ForAll("perChannel") Layer layer,
      @ForAll("channels") int channels,
      @ForAll @IntRange(min = 2, max = 9) int side,
      @ForAll boolean frozen) {
    // Over one channel layer normalisation is a constant, and its gradient nothing but rounding.
    Assume.that(channels > 1);
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Layer.Input(Shape.image(3, side, side)))
            .then("first", new Layer.Conv2d(channels, 1, 1, Padding.SAME, true, Activation.TANH))
            .then("conv", layer)
            // So that the mean of what is normalised is not a constant.
            .then("bent", new Layer.Activate(Activation.ELU))
            .then("pooled", new Layer.GlobalAveragePool())
            .then("logits", new Layer.Dense(2, Activation.LINEAR))
            .build();

    requireAgreement(graph, frozen ? Set.of("conv") : Set.of(), 3, GRAPH_TOLERANCE);
  }

  @Property(tries = 30, shrinking = ShrinkingMode.OFF)
  void should_agree_over_squeeze_and_excitation(
      @ForAll("channels") int channels, @ForAll @IntRange(min = 2, max = 9) int side) {
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Layer.Input(Shape.image(3, side, side)))
            .then("first", new Layer.Conv2d(channels, 1, 1, Padding.SAME, true, Activation.TANH))
            .then("squeeze", new Layer.GlobalAveragePool())
            .then("image", new Layer.Reshape(channels, 1, 1))
            .then("gate", new Layer.Conv2d(channels, 1, 1, Padding.SAME, true, Activation.SIGMOID))
            .add("excite", new Layer.Multiply(), "first", "gate")
            .add("square", new Layer.Multiply(), "excite", "first")
            .then("pooled", new Layer.GlobalMaxPool())
            .then("logits", new Layer.Dense(2, Activation.LINEAR))
            .build();

    requireAgreement(graph, Set.of(), 3, TOLERANCE);
  }

  /** Deeplearning4j has no grouped convolution, so it computes with zeros between the groups. */
  @Property(tries = 20, shrinking = ShrinkingMode.OFF)
  void should_agree_on_grouped_convolutions_in_inference(
      @ForAll @IntRange(min = 2, max = 4) int groups,
      @ForAll @IntRange(min = 2, max = 16) int channelsPerGroup,
      @ForAll @IntRange(min = 1, max = 16) int filtersPerGroup,
      @ForAll @IntRange(min = 1, max = 3) int kernel) {
    Layer.Conv2d conv =
        new Layer.Conv2d(
            groups * filtersPerGroup, kernel, 1, Padding.SAME, 1, groups, true, Activation.RELU);
    LayerGraph graph = around(conv, groups * channelsPerGroup, 9);

    requireSameOutput(graph, RandomWeights.glorot(graph, 3), batch(graph, 2), TOLERANCE);
  }

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void should_agree_over_graphs_and_frozen_layers(
      @ForAll @IntRange(max = 1_000_000) int seed,
      @ForAll @IntRange(min = 1, max = 9) int layers,
      @ForAll @IntRange(min = 2, max = 5) int batch) {
    Backbone backbone = RandomBackbones.backbone(layers, seed);
    LayerGraph graph =
        backbone.graph().toBuilder()
            .then("pooled", new Layer.GlobalAveragePool())
            .then("hidden", new Layer.Dense(6, Activation.ELU))
            .then("logits", new Layer.Dense(2, Activation.LINEAR))
            .build();
    Set<String> frozen = new HashSet<>();
    List<String> names = backbone.graph().names().asList();
    for (int i = 0; i < names.size(); i++) {
      if ((seed >> (i % 20) & 1) == 1) {
        frozen.add(names.get(i));
      }
    }

    requireAgreement(graph, frozen, batch, GRAPH_TOLERANCE);
  }

  /** A network whose first layer trains too, so that every gradient is computed. */
  private static LayerGraph around(Layer conv, int channels, int side) {
    return LayerGraph.builder()
        .add("in", new Layer.Input(Shape.image(3, side, side)))
        .then("first", new Layer.Conv2d(channels, 1, 1, Padding.SAME, true, Activation.TANH))
        .then("conv", conv)
        .then("pooled", new Layer.GlobalAveragePool())
        .then("logits", new Layer.Dense(2, Activation.LINEAR))
        .build();
  }

  private static void requireAgreement(
      LayerGraph graph, Set<String> frozen, int batch, double tolerance) {
    Weights weights = RandomWeights.glorot(graph, 3);
    Batch examples = batch(graph, batch);
    requireSameOutput(graph, weights, examples, tolerance);
    Weights oneDnn = gradients(graph, frozen, weights, examples, ConvolutionPath.ONEDNN);
    Weights dl4j = gradients(graph, frozen, weights, examples, ConvolutionPath.DL4J);
    double all =
        Math.sqrt(
            dl4j.tensors().values().stream().mapToDouble(t -> Math.pow(norm(t.values()), 2)).sum());
    for (Table.Cell<String, ParameterRole, Tensor> cell : dl4j.tensors().cellSet()) {
      Tensor mine = oneDnn.layer(cell.getRowKey()).get(cell.getColumnKey());
      double difference = norm(minus(mine.values(), cell.getValue().values()));
      double own = norm(cell.getValue().values());
      // Running statistics move by their own measure, and not at all while they are frozen.
      double size = cell.getColumnKey().learned() ? Math.max(own, 0.1 * all) : Math.max(own, 1e-2);
      assertThat(difference / size)
          .as("%s %s", cell.getRowKey(), cell.getColumnKey())
          .isLessThan(tolerance);
    }
  }

  /** Of the layer before the pooling; what is behind it is a mean in which values cancel. */
  private static void requireSameOutput(
      LayerGraph graph, Weights weights, Batch examples, double tolerance) {
    LayerGraph part = graph.upTo(graph.node("pooled").inputs().get(0));
    float[][] mine = Network.of(part, weights, EngineOptions.defaults()).output(examples);
    float[][] theirs =
        Network.of(part, weights, EngineOptions.defaults().convolutions(ConvolutionPath.DL4J))
            .output(examples);
    for (int i = 0; i < mine.length; i++) {
      assertThat(norm(minus(mine[i], theirs[i])) / norm(theirs[i])).isLessThan(tolerance);
    }
  }

  /**
   * What a step changes, in proportion to the gradient: with so large an epsilon Adam's first step
   * is (1 - beta1) / epsilon of it, times the rate and the bias correction.
   */
  private static Weights gradients(
      LayerGraph graph, Set<String> frozen, Weights weights, Batch examples, ConvolutionPath path) {
    // One class for all, so that the examples' gradients do not cancel.
    int[] labels = new int[examples.size()];
    try (TrainableNetwork network =
        Engines.training(
            graph,
            frozen,
            weights,
            new Adam(1e7, 0.9, 0.999, 1e3),
            EngineOptions.defaults().convolutions(path))) {
      network.step(examples, labels, 1);
      Weights after = network.weights();
      Table<String, ParameterRole, Tensor> changes = HashBasedTable.create();
      for (Table.Cell<String, ParameterRole, Tensor> cell : after.tensors().cellSet()) {
        float[] before = weights.layer(cell.getRowKey()).get(cell.getColumnKey()).values();
        changes.put(
            cell.getRowKey(),
            cell.getColumnKey(),
            Tensor.of(cell.getValue().shape(), minus(cell.getValue().values(), before)));
      }
      return Weights.of(changes);
    }
  }

  private static Batch batch(LayerGraph graph, int count) {
    int size = graph.inputs().get(0).output().size();
    List<float[][]> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      examples.add(new float[][] {Goldens.wave(size, 0.3 + i)});
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
