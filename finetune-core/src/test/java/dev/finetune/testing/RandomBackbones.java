package dev.finetune.testing;

import dev.finetune.backbone.Backbone;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Add;
import dev.finetune.graph.layer.AveragePool;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Concat;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Layer;
import dev.finetune.graph.layer.LayerNorm;
import dev.finetune.graph.layer.MaxPool;
import dev.finetune.graph.layer.Multiply;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Scale;
import dev.finetune.graph.layer.SeparableConv2d;
import dev.finetune.graph.layer.Shape;
import dev.finetune.graph.layer.ZeroPad;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.weights.RandomWeights;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/**
 * Small backbones with a random topology for 8 x 8 images: chains, branches, residual sums,
 * concatenations, pooling, normalisation, depthwise, dilated and separable convolutions, squeeze
 * and excitation.
 *
 * <p>Activations have no dead region, so every trainable parameter has a gradient.
 */
public final class RandomBackbones {

  private static final int SIDE = 8;

  private RandomBackbones() {}

  /** Returns random backbones for jqwik. */
  public static Arbitrary<Backbone> arbitrary() {
    return Arbitraries.longs()
        .between(0, 1_000_000)
        .flatMap(
            seed -> Arbitraries.integers().between(1, 9).map(layers -> backbone(layers, seed)));
  }

  /**
   * Returns a backbone.
   *
   * @param layers the number of layers, or of groups of layers, between input and last convolution
   * @param seed the seed of topology and weights
   */
  public static Backbone backbone(int layers, long seed) {
    return backbone(graph(layers, new Random(seed)), seed);
  }

  /**
   * Returns a backbone with continuous derivatives. Otherwise rounding could decide which of two
   * derivatives is used.
   */
  public static Backbone smooth(int layers, long seed) {
    LayerGraph.Builder smooth = LayerGraph.builder();
    for (Node node : graph(layers, new Random(seed)).nodes()) {
      smooth.add(node.name(), smooth(node.layer()), node.inputs().toArray(String[]::new));
    }
    return backbone(smooth.build(), seed);
  }

  /** Returns a graph of basic layers with continuous derivatives. */
  public static LayerGraph basic(int layers, long seed) {
    LayerGraph.Builder basic = LayerGraph.builder();
    for (Node node : graph(layers, new Random(seed)).nodes()) {
      basic.add(node.name(), basic(smooth(node.layer())), node.inputs().toArray(String[]::new));
    }
    return basic.build();
  }

  private static Layer basic(Layer layer) {
    if (layer instanceof SeparableConv2d conv) {
      return conv(conv.filters());
    }
    return layer instanceof Scale ? new Activate(Activation.SWISH) : layer;
  }

  private static Layer conv(int filters) {
    return new Conv2d(filters, 3, 1, Padding.SAME, false, Activation.TANH);
  }

  private static Layer smooth(Layer layer) {
    if (layer instanceof MaxPool pool) {
      return new AveragePool(pool.window(), pool.stride(), pool.padding());
    }
    return layer instanceof Conv2d conv && conv.activation() == Activation.LEAKY_RELU
        ? conv.with(Activation.ELU)
        : layer;
  }

  private static Backbone backbone(LayerGraph graph, long seed) {
    InputSpec input = new InputSpec(SIDE, SIDE, Preprocessing.TF);
    return Backbone.of(
        "random-" + seed, input, graph, RandomWeights.glorot(graph, seed), "seed " + seed);
  }

  private static LayerGraph graph(int layers, Random random) {
    LayerGraph.Builder graph = LayerGraph.builder();
    graph.add("input", new Input(Shape.image(3, SIDE, SIDE)));
    List<String> names = new ArrayList<>(List.of("input"));
    Set<String> read = new HashSet<>();
    for (int i = 0; i < layers; i++) {
      // Read one of the newest three layers, and for two inputs any other.
      String from = names.get(Math.max(0, names.size() - 1 - random.nextInt(3)));
      String other = names.get(random.nextInt(names.size()));
      add(graph, "layer" + i, from, other, read, random);
      names.add("layer" + i);
    }
    List<String> loose = names.stream().filter(n -> !read.contains(n)).toList();
    if (loose.size() > 1) {
      graph.add("join", new Concat(), loose.toArray(String[]::new));
    }
    graph.then("last", conv(4, 3, random));
    return graph.build();
  }

  private static void add(
      LayerGraph.Builder graph,
      String name,
      String from,
      String other,
      Set<String> read,
      Random random) {
    int kind = random.nextInt(16);
    read.add(from);
    if (kind == 0 && !from.equals(other)) {
      read.add(other);
      graph.add(name, new Concat(), from, other);
    } else if (kind == 1 && !from.equals(other) && sameShape(graph, from, other)) {
      read.add(other);
      graph.add(name, new Add(), from, other);
    } else if (kind == 2) {
      graph.add(name, new BatchNorm(1e-3, 0.9), from);
    } else if (kind == 3) {
      graph.add(name, new Activate(Activation.TANH), from);
    } else if (kind == 4) {
      graph.add(name, new AveragePool(3, 1, Padding.SAME), from);
    } else if (kind == 5) {
      graph.add(name, new MaxPool(2, 1, Padding.SAME), from);
    } else if (kind == 9) {
      graph.add(name + "/pad", new ZeroPad(1, 0, 0, 1), from);
      graph.then(name, Conv2d.plain(3, 2, 1, Padding.VALID));
    } else if (kind == 10) {
      graph.add(name, new SeparableConv2d(4, 3, 1, Padding.SAME, true, Activation.TANH), from);
    } else if (kind == 11) {
      graph.add(name, new LayerNorm(1e-3), from);
    } else if (kind == 12) {
      graph.add(name, new BatchNorm(1e-3, 0.9, false), from);
    } else if (kind == 13) {
      graph.add(name + "/squeeze", new GlobalAveragePool(true), from);
      graph.then(name + "/gate", new Activate(Activation.SIGMOID));
      graph.add(name, new Multiply(), from, name + "/gate");
    } else if (kind == 14) {
      graph.add(name, new Scale(0.7), from);
    } else if (kind == 15) {
      graph.add(name, new Activate(Activation.GELU), from);
    } else if (kind == 6) {
      graph.add(name, depthwise(graph.build().node(from).output().channels(), random), from);
    } else {
      graph.add(name, conv(2 + random.nextInt(3), random.nextBoolean() ? 3 : 1, random), from);
    }
  }

  private static boolean sameShape(LayerGraph.Builder graph, String a, String b) {
    LayerGraph built = graph.build();
    return built.node(a).output().equals(built.node(b).output());
  }

  private static Layer depthwise(int channels, Random random) {
    int filters = channels * (1 + random.nextInt(2));
    return new Conv2d(
        filters, 3, 1, Padding.SAME, 1 + random.nextInt(2), channels, true, Activation.SWISH);
  }

  private static Layer conv(int filters, int kernel, Random random) {
    Activation activation = random.nextBoolean() ? Activation.TANH : Activation.LEAKY_RELU;
    return new Conv2d(filters, kernel, 1, Padding.SAME, true, activation);
  }
}
