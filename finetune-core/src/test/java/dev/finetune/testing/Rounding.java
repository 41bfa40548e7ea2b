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
 * Bounds on the rounding errors of float32, for any instruction set and order of summation.
 *
 * <p>The relative error of one operation is at most a unit of 2^-24. The error of a sum of n terms
 * of both signs is about sqrt(n) units of the size of a term, and the sum itself has about sqrt(n)
 * times this size. Winograd's transformations of a 3 x 3 window add and subtract some 30 more
 * values on each side. Functions such as exp and tanh, which engines approximate by polynomials,
 * may have errors of eight units. The errors of layers add up. A normalisation divides by a
 * standard deviation below one, which may double the errors of the layers before it. A factor of
 * eight covers this for the whole network.
 */
final class Rounding {

  private static final double UNIT = 0x1p-24;
  private static final double FACTOR = 8;
  private static final double FUNCTION = 8;
  private static final double WINOGRAD = 30;

  private Rounding() {}

  /** Returns the tolerance for the values of any layer, relative to their norm. */
  static double ofForward(LayerGraph graph) {
    return FACTOR * UNIT * graph.nodes().stream().mapToDouble(n -> units(graph, n)).sum();
  }

  /**
   * Returns the tolerance for gradients, relative to their norm. It covers all layers forward, all
   * layers backward, and a sum over the positions of all examples.
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
