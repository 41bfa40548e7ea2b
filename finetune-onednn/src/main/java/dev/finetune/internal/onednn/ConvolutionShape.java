package dev.finetune.internal.onednn;

import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Shape;
import java.util.function.Function;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_desc;

/**
 * The description of one convolution over a batch, from which its forward and backward primitives
 * are created. oneDNN chooses the layouts.
 *
 * <p>Winograd's algorithm is tried first. Where oneDNN has a primitive for it, it was the faster
 * one for every shape and batch size measured ({@code benchmarks/README.md}), but oneDNN's
 * automatic choice does not select it for inference or for small batches. (A. Lavin, S. Gray, "Fast
 * Algorithms for Convolutional Neural Networks", 2016.)
 *
 * @param winograd whether Winograd's algorithm is tried
 */
record ConvolutionShape(
    Windows windows,
    memory.desc source,
    memory.desc weights,
    memory.desc bias,
    memory.desc result,
    boolean winograd) {

  /** The empty descriptor that stands for "no bias". */
  private static final memory.desc NONE = new memory.desc();

  /**
   * Describes a convolution.
   *
   * @param in the shape of an input example
   * @param out the shape of an output example
   * @param batch the number of examples
   * @param winograd whether Winograd's algorithm is allowed
   */
  static ConvolutionShape of(
      Conv2d conv, Windows windows, Shape in, Shape out, int batch, boolean winograd) {
    int groups = conv.groups();
    return new ConvolutionShape(
        windows,
        Layouts.any(in, batch),
        groups == 1
            ? Layouts.any(conv.filters(), in.channels(), conv.kernelHeight(), conv.kernelWidth())
            : Layouts.any(
                groups,
                conv.filters() / groups,
                in.channels() / groups,
                conv.kernelHeight(),
                conv.kernelWidth()),
        conv.bias() ? Layouts.plain(conv.filters()) : NONE,
        Layouts.any(out, batch),
        winograd
            && conv.kernelHeight() == 3
            && conv.kernelWidth() == 3
            && conv.stride() == 1
            && conv.dilation() == 1
            && groups == 1
            // Winograd's primitives compute whole blocks of channels, and pad smaller ones with
            // zeros.
            && Math.min(in.channels(), conv.filters()) >= Layouts.BLOCK);
  }

  convolution_forward.primitive_desc forward(prop_kind kind, Activation activation) {
    return fastest(
        choice ->
            new convolution_forward.primitive_desc(
                new convolution_forward.desc(
                    kind,
                    choice,
                    source,
                    weights,
                    bias,
                    result,
                    windows.stride(),
                    windows.dilation(),
                    windows.before(),
                    windows.after()),
                Activations.fused(activation),
                OneDnn.engine(),
                true));
  }

  convolution_backward_weights.primitive_desc weightGradient(
      convolution_forward.primitive_desc forward) {
    return fastest(
        choice ->
            new convolution_backward_weights.primitive_desc(
                new convolution_backward_weights.desc(
                    choice,
                    source,
                    weights,
                    bias,
                    result,
                    windows.stride(),
                    windows.dilation(),
                    windows.before(),
                    windows.after()),
                Recorder.attributes(),
                OneDnn.engine(),
                forward,
                true));
  }

  convolution_backward_data.primitive_desc sourceGradient(
      convolution_forward.primitive_desc forward) {
    return fastest(
        choice ->
            new convolution_backward_data.primitive_desc(
                new convolution_backward_data.desc(
                    choice,
                    source,
                    weights,
                    result,
                    windows.stride(),
                    windows.dilation(),
                    windows.before(),
                    windows.after()),
                Recorder.attributes(),
                OneDnn.engine(),
                forward,
                true));
  }

  private <T extends primitive_desc> T fastest(Function<algorithm, T> describe) {
    if (winograd) {
      T description = describe.apply(algorithm.convolution_winograd);
      if (description.asBoolean()) {
        return description;
      }
    }
    T description = describe.apply(algorithm.convolution_auto);
    if (!description.asBoolean()) {
      throw new IllegalStateException("oneDNN has no primitive for a convolution with " + windows);
    }
    return description;
  }
}
