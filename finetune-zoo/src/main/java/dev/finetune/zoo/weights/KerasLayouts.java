package dev.finetune.zoo.weights;

import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.graph.layer.Shape;
import dev.finetune.weights.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Conversions from Keras' tensor layouts to those of this library. A tensor that cannot be
 * converted stays unchanged; its shape then appears in the error.
 */
final class KerasLayouts {

  private KerasLayouts() {}

  /**
   * Returns the layout of a tensor.
   *
   * @param stored its shape in the file
   */
  static KerasLayout of(List<Integer> stored, Node node, ParameterSpec spec, LayerGraph graph) {
    boolean kernel =
        spec.role() == ParameterRole.KERNEL || spec.role() == ParameterRole.DEPTHWISE_KERNEL;
    if (!kernel) {
      return stored.isEmpty()
          ? new KerasLayout(List.of(1), tensor -> Tensor.of(List.of(1), tensor.values()))
          : KerasLayout.unchanged(stored);
    }
    if (node.layer() instanceof Dense) {
      Shape flattened = flattenedShape(node, graph);
      return flattened == null || stored.size() != 2
          ? KerasLayout.unchanged(stored)
          : new KerasLayout(stored, tensor -> rows(tensor, flattened));
    }
    if (stored.size() == 2) {
      return new KerasLayout(List.of(stored.get(1), stored.get(0), 1, 1), KerasLayouts::pointwise);
    }
    if (stored.size() != 4) {
      return KerasLayout.unchanged(stored);
    }
    List<Integer> convolution = List.of(stored.get(3), stored.get(2), stored.get(0), stored.get(1));
    if (convolution.equals(spec.shape())) {
      return new KerasLayout(convolution, KerasLayouts::convolution);
    }
    long channels = (long) stored.get(2) * stored.get(3);
    return channels > Integer.MAX_VALUE
        ? KerasLayout.unchanged(stored)
        : new KerasLayout(
            List.of((int) channels, 1, stored.get(0), stored.get(1)), KerasLayouts::depthwise);
  }

  /** Converts (height, width, in, out) to (out, in, height, width). */
  static Tensor convolution(Tensor kernel) {
    return kernel.permute(3, 2, 0, 1);
  }

  /** Converts (height, width, in, multiplier) to (in x multiplier, 1, height, width). */
  static Tensor depthwise(Tensor kernel) {
    Tensor channelsFirst = kernel.permute(2, 3, 0, 1);
    List<Integer> shape = channelsFirst.shape();
    return Tensor.of(
        List.of(shape.get(0) * shape.get(1), 1, shape.get(2), shape.get(3)),
        channelsFirst.values());
  }

  /**
   * Converts a dense layer at every position of an image, (in, out), to a convolution, (out, in, 1,
   * 1).
   */
  static Tensor pointwise(Tensor kernel) {
    Tensor outFirst = kernel.permute(1, 0);
    return Tensor.of(
        List.of(outFirst.shape().get(0), outFirst.shape().get(1), 1, 1), outFirst.values());
  }

  /**
   * Reorders the kernel of a dense layer behind a flattened image: Keras flattens height, width,
   * channel; this library flattens channel, height, width.
   */
  static Tensor rows(Tensor kernel, Shape flattened) {
    if (kernel.shape().get(0) != flattened.size()) {
      return kernel;
    }
    int units = kernel.shape().get(1);
    Tensor rows =
        Tensor.of(
            List.of(flattened.height(), flattened.width(), flattened.channels(), units),
            kernel.values());
    return Tensor.of(kernel.shape(), rows.permute(2, 0, 1, 3).values());
  }

  /** Returns the shape of the image that a dense layer reads through a flatten, or null. */
  private static @Nullable Shape flattenedShape(Node dense, LayerGraph graph) {
    Node node = dense;
    while (!node.inputs().isEmpty()) {
      node = graph.node(node.inputs().get(0));
      if (node.layer() instanceof Flatten) {
        Shape shape = graph.node(node.inputs().get(0)).output();
        return shape.flat() ? null : shape;
      }
      if (!(node.layer() instanceof Dropout || node.layer() instanceof Activate)) {
        return null;
      }
    }
    return null;
  }
}
