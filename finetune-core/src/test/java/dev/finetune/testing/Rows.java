package dev.finetune.testing;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.AveragePool;
import dev.finetune.graph.layer.BasicLayer;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.MaxPool;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.graph.layer.ZeroPad;
import java.util.ArrayList;
import java.util.List;

/**
 * A sequence of layers that engines may fuse into one operation, or whose results may share memory.
 *
 * @param layers the layers
 * @param ties whether a maximum may occur several times in a window; then its gradient is ambiguous
 */
record Rows(List<BasicLayer> layers, boolean ties) {

  private static Rows of(BasicLayer... layers) {
    return new Rows(List.of(layers), false);
  }

  /** Returns all sequences. */
  static List<Rows> all() {
    Conv2d conv = new Conv2d(4, 3, 1, Padding.VALID, true, Activation.LINEAR);
    BatchNorm norm = new BatchNorm(1e-3, 0.9);
    List<Rows> rows = new ArrayList<>();
    rows.add(of(conv, norm));
    rows.add(of(Conv2d.plain(4, 3, 2, Padding.SAME), new BatchNorm(1e-3, 0.9, false)));
    rows.add(of(conv, norm, new Activate(Activation.RELU)));
    rows.add(of(conv, new Activate(Activation.RELU), norm));
    rows.add(of(conv, norm, new Activate(Activation.SWISH), conv));
    rows.add(of(Conv2d.depthwise(3, 3, 1, Padding.SAME), norm, new Activate(Activation.RELU6)));
    rows.add(of(norm, conv));
    rows.add(of(new ZeroPad(1, 0, 2, 1), conv));
    rows.add(of(new ZeroPad(2), new Conv2d(4, 2, 2, Padding.SAME, true, Activation.TANH)));
    rows.add(of(new ZeroPad(1), new AveragePool(3, 2, Padding.VALID)));
    rows.add(of(new Activate(Activation.TANH), new Activate(Activation.ELU)));
    rows.add(of(new Flatten(), new Activate(Activation.TANH), new Activate(Activation.GELU)));
    rows.add(of(new Dropout(0), new Activate(Activation.SIGMOID)));
    rows.add(of(new Flatten(), norm, new Dense(4, Activation.RELU), norm));
    rows.add(of(conv, new Activate(Activation.TANH), new MaxPool(2, 1, Padding.VALID)));
    MaxPool pool = new MaxPool(3, 2, Padding.VALID);
    rows.add(new Rows(List.of(new ZeroPad(1), pool), true));
    rows.add(new Rows(List.of(new Activate(Activation.RELU), new ZeroPad(1), pool), true));
    rows.add(new Rows(List.of(conv, new Activate(Activation.RELU), pool), true));
    return rows;
  }

  private LayerGraph.Builder behind(LayerGraph.Builder graph) {
    for (int i = 0; i < layers.size(); i++) {
      graph.then("layer" + i, layers.get(i));
    }
    return graph;
  }

  private static LayerGraph.Builder image() {
    return LayerGraph.builder().add("in", new Input(Shape.image(3, 7, 6)));
  }

  /** Returns a graph of an input and the sequence. */
  LayerGraph graph() {
    return behind(image()).build();
  }

  /** Returns a graph with the sequence between a layer that needs its gradient and logits. */
  LayerGraph inside() {
    return behind(image().then("before", new Conv2d(3, 1, 1, Padding.VALID, true, Activation.TANH)))
        .then("flat", new Flatten())
        .then("logits", new Dense(2, Activation.LINEAR))
        .build();
  }

  @Override
  public String toString() {
    return layers.toString();
  }
}
