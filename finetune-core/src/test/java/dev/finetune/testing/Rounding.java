package dev.finetune.testing;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.AveragePool;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.Layer;
import dev.finetune.graph.layer.LayerNorm;
import dev.finetune.graph.layer.Shape;

/**
 * How far float32 may be off, whatever the instruction set and the order of sums.
 *
 * <p>An operation is off by a unit of 2^-24 of its result. A sum of n terms of either sign is off
 * by about the root of n of these, of a size that is that of the sum itself: both grow with the
 * root of n. Winograd's transformations of a 3 x 3 window add and subtract some 30 values more on
 * each side. Functions such as exp and tanh, which engines approximate by polynomials, may be off
 * by eight units. Errors of layers add up; a normalisation divides by a deviation that is less than
 * one, and so multiplies what came before by two, say: hence a factor of eight on the whole.
 */
final class Rounding {

  private static final double UNIT = 0x1p-24;
  private static final double FACTOR = 8;
  private static final double FUNCTION = 8;
  private static final double WINOGRAD = 30;

  private Rounding() {}

  /** Returns how far the values of any layer may be off, of the norm of all of them. */
  static double ofForward(LayerGraph graph) {
    return FACTOR * UNIT * graph.nodes().stream().mapToDouble(n -> units(graph, n)).sum();
  }

  /**
   * Returns how far gradients may be off, of their norm: all layers forward, all layers back, and a
   * sum over the places of all examples.
   */
  static double ofGradients(LayerGraph graph, int batch) {
    int places = graph.nodes().stream().mapToInt(n -> places(n.output())).max().orElse(1);
    return 2 * ofForward(graph) + FACTOR * UNIT * Math.sqrt((double) batch * places);
  }

  private static double units(LayerGraph graph, Node node) {
    Layer layer = node.layer();
    if (node.inputs().isEmpty()) {
      return 0;
    }
    Shape in = graph.node(node.inputs().get(0)).output();
    if (layer instanceof Conv2d conv) {
      int window = conv.kernelHeight() * conv.kernelWidth();
      double terms = (double) in.channels() / conv.groups() * window;
      return FUNCTION + Math.sqrt(terms) + (window == 9 ? WINOGRAD : 0);
    } else if (layer instanceof Dense) {
      return FUNCTION + Math.sqrt(in.size());
    } else if (layer instanceof GlobalAveragePool) {
      return 2 + Math.sqrt(places(in));
    } else if (layer instanceof AveragePool pool) {
      return 2 + pool.window();
    } else if (layer instanceof BatchNorm) {
      return FUNCTION + Math.sqrt(places(in));
    } else if (layer instanceof LayerNorm) {
      return FUNCTION + Math.sqrt(in.channels());
    }
    return layer instanceof Activate ? FUNCTION : node.inputs().size();
  }

  private static int places(Shape shape) {
    return shape.height() * shape.width();
  }
}
