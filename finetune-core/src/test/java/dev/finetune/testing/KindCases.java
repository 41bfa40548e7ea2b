package dev.finetune.testing;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Add;
import dev.finetune.graph.layer.AveragePool;
import dev.finetune.graph.layer.BasicLayer;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Concat;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.GlobalMaxPool;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.LayerNorm;
import dev.finetune.graph.layer.MaxPool;
import dev.finetune.graph.layer.Multiply;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Reshape;
import dev.finetune.graph.layer.Shape;
import dev.finetune.graph.layer.StochasticDepth;
import dev.finetune.graph.layer.ZeroPad;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cases of each basic kind of layer with various settings and input shapes, edge cases included:
 * single values, odd sizes, windows as large as the image, vectors. Each new kind needs cases here.
 */
public final class KindCases {

  /** The name of the tested layer in the graphs. */
  public static final String LAYER = "layer";

  private static final Shape ONE = Shape.image(3, 1, 1);
  private static final Shape ODD = Shape.image(3, 7, 5);
  private static final Shape WIDE = Shape.image(16, 4, 9);
  private static final Shape VECTOR = Shape.vector(6);

  private KindCases() {}

  /**
   * A layer and the shapes of its inputs.
   *
   * @param layer the tested layer
   * @param inputs the shapes of its inputs, each from a separate layer
   */
  public record Kind(BasicLayer layer, List<Shape> inputs) {

    static Kind of(BasicLayer layer, Shape... inputs) {
      return new Kind(layer, Arrays.asList(inputs));
    }

    @Override
    public String toString() {
      return layer + " of " + inputs;
    }

    /** Returns a graph of inputs and the layer, which is the output. */
    public LayerGraph alone() {
      LayerGraph.Builder graph = LayerGraph.builder();
      String[] names = new String[inputs.size()];
      for (int i = 0; i < names.length; i++) {
        names[i] = "in" + i;
        graph.add(names[i], new Input(inputs.get(i)));
      }
      return graph.add(LAYER, layer, names).build();
    }

    /**
     * Returns a graph with the layer in the middle. Layers with parameters in front of it require
     * its gradient. Each of its values has a separate weight in the logits behind it.
     */
    public LayerGraph inside() {
      LayerGraph.Builder graph = LayerGraph.builder();
      String[] names = new String[inputs.size()];
      for (int i = 0; i < names.length; i++) {
        Shape shape = inputs.get(i);
        graph.add("in" + i, new Input(shape));
        names[i] = "before" + i;
        graph.add(
            names[i],
            shape.flat()
                ? new Dense(shape.channels(), Activation.TANH)
                : new Conv2d(shape.channels(), 1, 1, Padding.VALID, true, Activation.TANH),
            "in" + i);
      }
      return graph
          .add(LAYER, layer, names)
          .then("flat", new Flatten())
          .then("logits", new Dense(2, Activation.LINEAR))
          .build();
    }
  }

  /** Returns all cases. */
  public static List<Kind> all() {
    List<Kind> kinds = new ArrayList<>();
    convolutions(kinds);
    pools(kinds);
    for (Shape shape : List.of(ONE, ODD, VECTOR)) {
      kinds.add(Kind.of(new BatchNorm(1e-3, 0.9), shape));
      kinds.add(Kind.of(new BatchNorm(1e-3, 0.9, false), shape));
      kinds.add(Kind.of(new LayerNorm(1e-3), shape));
      kinds.add(Kind.of(new Flatten(), shape));
      kinds.add(Kind.of(new Dropout(0.5), shape));
      kinds.add(Kind.of(new Dropout(0), shape));
      kinds.add(Kind.of(new StochasticDepth(0.5), shape));
      kinds.add(Kind.of(new Add(), shape, shape));
      kinds.add(Kind.of(new Multiply(), shape, shape));
    }
    kinds.add(Kind.of(new Add(), ODD, ODD, ODD));
    kinds.add(Kind.of(new Multiply(), ODD, ONE));
    kinds.add(Kind.of(new Multiply(), Shape.image(1, 7, 5), Shape.image(1, 1, 1)));
    kinds.add(Kind.of(new StochasticDepth(0.5), Shape.image(1, 7, 5)));
    kinds.add(Kind.of(new Concat(), ODD, Shape.image(2, 7, 5), ODD));
    kinds.add(Kind.of(new Concat(), WIDE, WIDE));
    kinds.add(Kind.of(new Concat(), VECTOR, Shape.vector(1)));
    kinds.add(Kind.of(new Reshape(3, 2, 1), VECTOR));
    kinds.add(Kind.of(new Reshape(5, 3, 7), ODD));
    kinds.add(Kind.of(new Dense(1, Activation.LINEAR), VECTOR));
    for (Activation activation : Activation.values()) {
      kinds.add(Kind.of(new Dense(5, activation), VECTOR));
      kinds.add(Kind.of(new Activate(activation), VECTOR));
      if (activation != Activation.SOFTMAX) {
        kinds.add(Kind.of(new Activate(activation), ODD));
        kinds.add(Kind.of(new Conv2d(4, 3, 1, Padding.SAME, true, activation), ODD));
      }
    }
    return kinds;
  }

  private static void convolutions(List<Kind> kinds) {
    for (Padding padding : Padding.values()) {
      kinds.add(Kind.of(conv(4, 1, 1, 1, padding, 1, 1), ONE));
      kinds.add(Kind.of(conv(3, 1, 1, 1, padding, 1, 3), ONE));
      kinds.add(Kind.of(conv(4, 3, 3, 2, padding, 1, 1), ODD));
      kinds.add(Kind.of(conv(5, 2, 3, 1, padding, 1, 1), ODD));
      kinds.add(Kind.of(conv(5, 1, 4, 3, padding, 1, 1), ODD));
      kinds.add(Kind.of(conv(2, 3, 3, 1, padding, 2, 1), ODD));
      kinds.add(Kind.of(conv(16, 3, 3, 1, padding, 1, 1), WIDE));
      kinds.add(Kind.of(conv(8, 3, 2, 1, padding, 1, 4), WIDE));
      kinds.add(Kind.of(conv(16, 3, 3, 2, padding, 1, 16), WIDE));
      kinds.add(Kind.of(conv(6, 2, 2, 1, padding, 1, 3), ODD));
    }
    kinds.add(Kind.of(conv(6, 3, 3, 1, Padding.SAME, 1, 3), ONE));
    kinds.add(Kind.of(conv(2, 7, 5, 1, Padding.VALID, 1, 1), ODD));
    kinds.add(Kind.of(conv(3, 3, 3, 1, Padding.SAME, 2, 3), ODD));
    kinds.add(Kind.of(new Conv2d(4, 1, 2, Padding.SAME, false, Activation.LINEAR), ODD));
  }

  private static Conv2d conv(
      int filters, int height, int width, int stride, Padding padding, int dilation, int groups) {
    return new Conv2d(
        filters, height, width, stride, padding, dilation, groups, true, Activation.TANH);
  }

  private static void pools(List<Kind> kinds) {
    for (Padding padding : Padding.values()) {
      for (Shape shape : List.of(ODD, WIDE)) {
        kinds.add(Kind.of(new MaxPool(3, 2, padding), shape));
        kinds.add(Kind.of(new MaxPool(2, 1, padding), shape));
        kinds.add(Kind.of(new AveragePool(3, 2, padding), shape));
        kinds.add(Kind.of(new AveragePool(2, 1, padding), shape));
      }
      kinds.add(Kind.of(new MaxPool(1, 2, padding), ODD));
      kinds.add(Kind.of(new AveragePool(1, 1, padding), ONE));
    }
    for (Shape shape : List.of(ONE, ODD, WIDE)) {
      kinds.add(Kind.of(new GlobalAveragePool(), shape));
      kinds.add(Kind.of(new GlobalAveragePool(true), shape));
      kinds.add(Kind.of(new GlobalMaxPool(), shape));
      kinds.add(Kind.of(new ZeroPad(1, 0, 2, 3), shape));
    }
    kinds.add(Kind.of(new ZeroPad(0), ODD));
  }
}
