package dev.finetune.internal.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import dev.finetune.graph.Layer;
import dev.finetune.graph.Node;
import dev.finetune.graph.ParameterRole;
import dev.finetune.graph.Shape;
import java.util.Collections;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions with bias and activation in one pass. Layouts are oneDNN's choice, and so is the
 * algorithm: Winograd's where it pays (S. Lavin, A. Gray, "Fast Algorithms for Convolutional Neural
 * Networks", 2016), else the direct one.
 */
final class Convolutions {

  private final Recorder recorder;
  private final ParameterStore parameters;
  private final Activations activations;
  private final prop_kind kind;
  private final int batch;

  Convolutions(Recorder recorder, ParameterStore parameters, Lowering.Mode mode, int batch) {
    this.recorder = recorder;
    this.parameters = parameters;
    this.activations = new Activations(recorder, mode == Lowering.Mode.TRAINING);
    // The network that trains keeps the layouts of training when it is judged, so that the copies
    // of its parameters serve both.
    this.kind =
        mode == Lowering.Mode.INFERENCE ? prop_kind.forward_inference : prop_kind.forward_training;
    this.batch = batch;
  }

  /** The shapes of one convolution, in whatever layouts, and the choice for its forward pass. */
  private record Plan(
      Windows windows,
      memory.desc source,
      memory.desc weights,
      memory.@Nullable desc bias,
      memory.desc result,
      convolution_forward.primitive_desc forward) {}

  /**
   * Records it.
   *
   * @param parametersOf the layer that owns its parameters
   * @param trained whether its parameters get gradients
   * @param activationLater whether the layer behind it takes the gradient through the activation
   */
  Lowered lower(
      Node node, String parametersOf, Value input, boolean trained, boolean activationLater) {
    Layer.Conv2d conv = (Layer.Conv2d) node.layer();
    Plan plan = plan(conv, node.output(), input.shape());
    Value source = recorder.reorder(node.name(), input, plan.forward().src_desc());
    Value result =
        new Value(
            recorder.slot(plan.forward().dst_desc()), plan.forward().dst_desc(), node.output());
    Argument weights =
        parameters.value(
            DNNL_ARG_WEIGHTS, parametersOf, ParameterRole.KERNEL, plan.forward().weights_desc());
    convolution_forward made = new convolution_forward(plan.forward());
    if (plan.bias() == null) {
      recorder.add(
          node.name(),
          plan.forward(),
          made,
          source.as(DNNL_ARG_SRC),
          weights,
          result.as(DNNL_ARG_DST));
    } else {
      recorder.add(
          node.name(),
          plan.forward(),
          made,
          source.as(DNNL_ARG_SRC),
          weights,
          parameters.value(DNNL_ARG_BIAS, parametersOf, ParameterRole.BIAS),
          result.as(DNNL_ARG_DST));
    }
    return new Lowered(
        result,
        (gradient, wanted) -> {
          Value before =
              activationLater
                  ? gradient
                  : activations.throughResult(node.name(), conv.activation(), result, gradient);
          if (trained) {
            weightGradient(node.name(), parametersOf, plan, source, before);
          }
          return Collections.singletonList(
              wanted.get(0)
                  ? sourceGradient(node.name(), parametersOf, plan, input.shape(), before)
                  : null);
        });
  }

  private Plan plan(Layer.Conv2d conv, Shape out, Shape in) {
    Windows windows =
        Windows.of(in, out, conv.kernel(), conv.stride(), conv.dilation(), conv.padding());
    memory.desc source = Layouts.any(in, batch);
    memory.desc result = Layouts.any(out, batch);
    int groups = conv.groups();
    memory.desc weights =
        groups == 1
            ? Layouts.any(conv.filters(), in.channels(), conv.kernel(), conv.kernel())
            : Layouts.any(
                groups,
                conv.filters() / groups,
                in.channels() / groups,
                conv.kernel(),
                conv.kernel());
    memory.desc bias = conv.bias() ? Layouts.plain(conv.filters()) : null;
    primitive_attr attributes = Activations.fused(conv.activation());
    convolution_forward.desc description =
        bias == null
            ? new convolution_forward.desc(
                kind,
                algorithm.convolution_auto,
                source,
                weights,
                result,
                windows.stride(),
                windows.dilation(),
                windows.before(),
                windows.after())
            : new convolution_forward.desc(
                kind,
                algorithm.convolution_auto,
                source,
                weights,
                bias,
                result,
                windows.stride(),
                windows.dilation(),
                windows.before(),
                windows.after());
    return new Plan(
        windows,
        source,
        weights,
        bias,
        result,
        new convolution_forward.primitive_desc(description, attributes, OneDnn.engine()));
  }

  private void weightGradient(
      String name, String parametersOf, Plan plan, Value source, Value gradient) {
    Windows windows = plan.windows();
    convolution_backward_weights.desc wanted =
        plan.bias() == null
            ? new convolution_backward_weights.desc(
                algorithm.convolution_auto,
                plan.source(),
                plan.weights(),
                plan.result(),
                windows.stride(),
                windows.dilation(),
                windows.before(),
                windows.after())
            : new convolution_backward_weights.desc(
                algorithm.convolution_auto,
                plan.source(),
                plan.weights(),
                plan.bias(),
                plan.result(),
                windows.stride(),
                windows.dilation(),
                windows.before(),
                windows.after());
    convolution_backward_weights.primitive_desc description =
        new convolution_backward_weights.primitive_desc(
            wanted, Recorder.attributes(), OneDnn.engine(), plan.forward());
    String label = name + " weight gradient";
    Value from = recorder.reorder(label, source, description.src_desc());
    Value incoming = recorder.reorder(label, gradient, description.diff_dst_desc());
    Argument kernel =
        parameters.gradient(DNNL_ARG_DIFF_WEIGHTS, parametersOf, ParameterRole.KERNEL);
    memory.desc layout = description.diff_weights_desc();
    boolean direct = kernel.layout().equals(layout);
    Argument computed =
        direct ? kernel : new Argument(DNNL_ARG_DIFF_WEIGHTS, layout, recorder.slot(layout));
    convolution_backward_weights made = new convolution_backward_weights(description);
    if (plan.bias() == null) {
      recorder.add(
          label,
          description,
          made,
          from.as(DNNL_ARG_SRC),
          incoming.as(DNNL_ARG_DIFF_DST),
          computed);
    } else {
      recorder.add(
          label,
          description,
          made,
          from.as(DNNL_ARG_SRC),
          incoming.as(DNNL_ARG_DIFF_DST),
          computed,
          parameters.gradient(DNNL_ARG_DIFF_BIAS, parametersOf, ParameterRole.BIAS));
    }
    if (!direct) {
      recorder.reorder(label, layout, computed.place(), kernel.layout(), kernel.place());
    }
  }

  private Value sourceGradient(
      String name, String parametersOf, Plan plan, Shape in, Value gradient) {
    Windows windows = plan.windows();
    convolution_backward_data.primitive_desc description =
        new convolution_backward_data.primitive_desc(
            new convolution_backward_data.desc(
                algorithm.convolution_auto,
                plan.source(),
                plan.weights(),
                plan.result(),
                windows.stride(),
                windows.dilation(),
                windows.before(),
                windows.after()),
            Recorder.attributes(),
            OneDnn.engine(),
            plan.forward());
    String label = name + " input gradient";
    Value incoming = recorder.reorder(label, gradient, description.diff_dst_desc());
    Value outgoing =
        new Value(recorder.slot(description.diff_src_desc()), description.diff_src_desc(), in);
    recorder.add(
        label,
        description,
        new convolution_backward_data(description),
        incoming.as(DNNL_ARG_DIFF_DST),
        parameters.value(
            DNNL_ARG_WEIGHTS, parametersOf, ParameterRole.KERNEL, description.weights_desc()),
        outgoing.as(DNNL_ARG_DIFF_SRC));
    return outgoing;
  }
}
