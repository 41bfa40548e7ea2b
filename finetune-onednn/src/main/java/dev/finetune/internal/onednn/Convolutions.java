package dev.finetune.internal.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ZeroPad;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.jspecify.annotations.Nullable;

/** Records convolutions, with bias and activation in the same primitive. */
final class Convolutions {

  private final Recorder recorder;
  private final ParameterStore parameters;
  private final Activations activations;
  private final prop_kind kind;
  private final boolean winograd;
  private final int batch;

  Convolutions(
      Recorder recorder,
      ParameterStore parameters,
      Lowering.Mode mode,
      boolean winograd,
      int batch) {
    this.recorder = recorder;
    this.parameters = parameters;
    this.activations = new Activations(recorder, mode == Lowering.Mode.TRAINING);
    // A trainable network is evaluated in the layouts of training, so that both use the same
    // copies of the parameters. Inference networks have their kernels transformed in advance.
    this.kind =
        mode == Lowering.Mode.INFERENCE ? prop_kind.forward_inference : prop_kind.forward_training;
    this.winograd = winograd;
    this.batch = batch;
  }

  /**
   * Records a convolution.
   *
   * @param parametersOf the name of the layer that owns the parameters
   * @param border the padding of a preceding {@link ZeroPad} layer that this convolution takes over
   * @param trained whether its parameters get gradients
   * @param activationLater whether the next layer's backward pass includes this layer's activation
   */
  Lowered lower(
      Node node,
      String parametersOf,
      Value input,
      @Nullable ZeroPad border,
      boolean trained,
      boolean activationLater) {
    return new Convolution(node, parametersOf, input, border).lower(trained, activationLater);
  }

  /** One convolution while it is recorded. */
  private final class Convolution {
    private final String name;
    private final String parametersOf;
    private final Conv2d conv;
    private final ConvolutionShape shape;
    private final convolution_forward.primitive_desc forward;
    private final Value input;
    private final Value source;
    private final Value result;

    Convolution(Node node, String parametersOf, Value input, @Nullable ZeroPad border) {
      this.name = node.name();
      this.parametersOf = parametersOf;
      this.conv = (Conv2d) node.layer();
      Windows own = Windows.of(conv, input.shape(), node.output());
      this.shape =
          ConvolutionShape.of(
              conv,
              border == null ? own : own.with(border),
              input.shape(),
              node.output(),
              batch,
              winograd);
      this.forward = shape.forward(kind, conv.activation());
      this.input = input;
      this.source = recorder.reorder(name, input, forward.src_desc());
      this.result = recorder.value(forward.dst_desc(), node.output());
    }

    Lowered lower(boolean trained, boolean activationLater) {
      List<Argument> arguments = new ArrayList<>();
      arguments.add(source.as(DNNL_ARG_SRC));
      arguments.add(kernel(forward.weights_desc()));
      arguments.add(result.as(DNNL_ARG_DST));
      if (conv.bias()) {
        arguments.add(parameters.value(DNNL_ARG_BIAS, parametersOf, ParameterRole.BIAS));
      }
      recorder.add(
          name, forward, new convolution_forward(forward), arguments.toArray(Argument[]::new));
      return new Lowered(
          result,
          (gradient, wanted) -> {
            Value before =
                activationLater
                    ? gradient
                    : activations.throughResult(name, conv.activation(), result, gradient);
            if (trained) {
              weightGradient(before);
            }
            return Collections.singletonList(wanted.get(0) ? sourceGradient(before) : null);
          });
    }

    private Argument kernel(memory.desc layout) {
      return parameters.value(DNNL_ARG_WEIGHTS, parametersOf, ParameterRole.KERNEL, layout);
    }

    private void weightGradient(Value gradient) {
      String label = name + " weight gradient";
      convolution_backward_weights.primitive_desc description = shape.weightGradient(forward);
      Argument kernel =
          parameters.gradient(DNNL_ARG_DIFF_WEIGHTS, parametersOf, ParameterRole.KERNEL);
      memory.desc layout = description.diff_weights_desc();
      boolean direct = kernel.layout().equals(layout);
      Argument computed = direct ? kernel : recorder.argument(DNNL_ARG_DIFF_WEIGHTS, layout);
      List<Argument> arguments = new ArrayList<>();
      arguments.add(recorder.reorder(label, source, description.src_desc()).as(DNNL_ARG_SRC));
      arguments.add(
          recorder.reorder(label, gradient, description.diff_dst_desc()).as(DNNL_ARG_DIFF_DST));
      arguments.add(computed);
      if (conv.bias()) {
        arguments.add(parameters.gradient(DNNL_ARG_DIFF_BIAS, parametersOf, ParameterRole.BIAS));
      }
      recorder.add(
          label,
          description,
          new convolution_backward_weights(description),
          arguments.toArray(Argument[]::new));
      if (!direct) {
        recorder.reorder(label, layout, computed.place(), kernel.layout(), kernel.place());
      }
    }

    private Value sourceGradient(Value gradient) {
      String label = name + " input gradient";
      convolution_backward_data.primitive_desc description = shape.sourceGradient(forward);
      memory.desc layout = description.diff_src_desc();
      Value outgoing = recorder.value(layout, input.shape());
      recorder.add(
          label,
          description,
          new convolution_backward_data(description),
          recorder.reorder(label, gradient, description.diff_dst_desc()).as(DNNL_ARG_DIFF_DST),
          kernel(description.weights_desc()),
          outgoing.as(DNNL_ARG_DIFF_SRC));
      return outgoing;
    }
  }
}
