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
 * One convolution over a batch, as oneDNN wants it described; the layouts are oneDNN's choice.
 *
 * <p>Winograd's algorithm is asked for first, as it is the faster one wherever there is a primitive
 * for it, for every shape and batch size that was measured ({@code benchmarks/README.md}); oneDNN's
 * own choice does not take it in inference, nor for small batches. (S. Lavin, A. Gray, "Fast
 * Algorithms for Convolutional Neural Networks", 2016.)
 */
record ConvolutionShape(
    Windows windows,
    memory.desc source,
    memory.desc weights,
    memory.desc bias,
    memory.desc result,
    boolean winograd) {

  /** How oneDNN is told that there is no bias. */
  private static final memory.desc NONE = new memory.desc();

  /**
   * Describes it.
   *
   * @param winograd whether Winograd's algorithm may compute it
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
            // Winograd's primitives take a block at a time; for fewer they compute with zeros.
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
      throw new IllegalStateException("oneDNN has no primitive for the convolution " + windows);
    }
    return description;
  }
}
