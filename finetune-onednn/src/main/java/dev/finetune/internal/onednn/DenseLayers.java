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
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.ParameterRole;
import java.util.Collections;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.inner_product_backward_data;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;

/**
 * Records fully connected layers. All layouts are row-major, so the kernel is read, and its
 * gradient written, in place.
 */
final class DenseLayers {

  private final Recorder recorder;
  private final ParameterStore parameters;
  private final Activations activations;
  private final boolean training;
  private final int batch;

  DenseLayers(Recorder recorder, ParameterStore parameters, boolean training, int batch) {
    this.recorder = recorder;
    this.parameters = parameters;
    this.activations = new Activations(recorder, training);
    this.training = training;
    this.batch = batch;
  }

  /**
   * Records a dense layer.
   *
   * @param parametersOf the name of the layer that owns the parameters
   * @param trained whether its parameters get gradients
   */
  Lowered lower(Node node, String parametersOf, Value input, boolean trained) {
    Dense dense = (Dense) node.layer();
    Value source = recorder.reorder(node.name(), input, Layouts.plain(input.shape(), batch));
    Argument weights = parameters.value(DNNL_ARG_WEIGHTS, parametersOf, ParameterRole.KERNEL);
    Argument bias = parameters.value(DNNL_ARG_BIAS, parametersOf, ParameterRole.BIAS);
    memory.desc layout = Layouts.plain(node.output(), batch);
    inner_product_forward.primitive_desc description =
        new inner_product_forward.primitive_desc(
            new inner_product_forward.desc(
                training ? prop_kind.forward_training : prop_kind.forward_inference,
                source.layout(),
                weights.layout(),
                bias.layout(),
                layout),
            Activations.fused(dense.activation()),
            OneDnn.engine());
    Value result = recorder.value(layout, node.output());
    recorder.add(
        node.name(),
        description,
        new inner_product_forward(description),
        source.as(DNNL_ARG_SRC),
        weights,
        bias,
        result.as(DNNL_ARG_DST));
    return new Lowered(
        result,
        (gradient, wanted) -> {
          Value after = recorder.reorder(node.name(), gradient, layout);
          Value before = activations.throughResult(node.name(), dense.activation(), result, after);
          if (trained) {
            weightGradient(node.name(), parametersOf, description, source, before);
          }
          return Collections.singletonList(
              wanted.get(0)
                  ? sourceGradient(node.name(), weights, description, source, before)
                  : null);
        });
  }

  private void weightGradient(
      String name,
      String parametersOf,
      inner_product_forward.primitive_desc forward,
      Value source,
      Value gradient) {
    Argument kernel =
        parameters.gradient(DNNL_ARG_DIFF_WEIGHTS, parametersOf, ParameterRole.KERNEL);
    Argument bias = parameters.gradient(DNNL_ARG_DIFF_BIAS, parametersOf, ParameterRole.BIAS);
    inner_product_backward_weights.primitive_desc description =
        new inner_product_backward_weights.primitive_desc(
            new inner_product_backward_weights.desc(
                source.layout(), kernel.layout(), bias.layout(), gradient.layout()),
            Recorder.attributes(),
            OneDnn.engine(),
            forward);
    recorder.add(
        name + " weight gradient",
        description,
        new inner_product_backward_weights(description),
        source.as(DNNL_ARG_SRC),
        gradient.as(DNNL_ARG_DIFF_DST),
        kernel,
        bias);
  }

  private Value sourceGradient(
      String name,
      Argument weights,
      inner_product_forward.primitive_desc forward,
      Value source,
      Value gradient) {
    inner_product_backward_data.primitive_desc description =
        new inner_product_backward_data.primitive_desc(
            new inner_product_backward_data.desc(
                source.layout(), weights.layout(), gradient.layout()),
            Recorder.attributes(),
            OneDnn.engine(),
            forward);
    Value outgoing = recorder.value(source.layout(), source.shape());
    recorder.add(
        name + " input gradient",
        description,
        new inner_product_backward_data(description),
        gradient.as(DNNL_ARG_DIFF_DST),
        weights,
        outgoing.as(DNNL_ARG_DIFF_SRC));
    return outgoing;
  }
}
