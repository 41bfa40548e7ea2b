package dev.finetune.zoo.weights;

import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.weights.Tensor;
import java.util.List;

/**
 * Conversions from PyTorch's tensor layouts to those of this library. Convolutions and flattened
 * images have the same layout in both. A tensor that cannot be converted is returned unchanged; its
 * shape then appears in the error.
 */
final class TorchLayouts {

  private TorchLayouts() {}

  static Tensor convert(Tensor tensor, ParameterSpec spec) {
    int rank = tensor.shape().size();
    int wanted = spec.shape().size();
    if (wanted == 2 && rank == 2) {
      return dense(tensor);
    } else if (wanted == 2 && rank == 4) {
      return dense(flat(tensor));
    } else if (wanted == 4 && rank == 2) {
      return pointwise(tensor);
    } else if (wanted == 1 && rank > 1) {
      return perChannel(tensor);
    }
    return tensor;
  }

  /** Converts a dense kernel, (out, in), to (in, out). */
  static Tensor dense(Tensor kernel) {
    return kernel.permute(1, 0);
  }

  /**
   * Converts a convolution over the whole image, (out, in, height, width), to a dense kernel, (out,
   * in x height x width).
   */
  static Tensor flat(Tensor kernel) {
    int filters = kernel.shape().get(0);
    return Tensor.of(List.of(filters, kernel.values().length / filters), kernel.values());
  }

  /**
   * Converts a dense kernel at every position of an image, (out, in), to a convolution, (out, in,
   * 1, 1).
   */
  static Tensor pointwise(Tensor kernel) {
    return Tensor.of(List.of(kernel.shape().get(0), kernel.shape().get(1), 1, 1), kernel.values());
  }

  /** Converts one factor per channel, (channels, 1, 1), to (channels). */
  static Tensor perChannel(Tensor factors) {
    return Tensor.of(List.of(factors.values().length), factors.values());
  }
}
