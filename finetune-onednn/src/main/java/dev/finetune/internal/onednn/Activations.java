package dev.finetune.internal.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;

import dev.finetune.graph.layer.Activation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.softmax_backward;
import org.bytedeco.dnnl.softmax_forward;

/** Records activation functions, as element-wise primitives or fused into another primitive. */
final class Activations {

  /** The slope of {@link Activation#LEAKY_RELU} below zero. */
  private static final float LEAK = 0.01f;

  private final Recorder recorder;
  private final boolean training;

  Activations(Recorder recorder, boolean training) {
    this.recorder = recorder;
    this.training = training;
  }

  /** Returns whether the primitive of the preceding layer can apply it to its results. */
  static boolean fusesInInference(Activation activation) {
    return activation != Activation.SOFTMAX;
  }

  /**
   * Returns the same for training, where it must also be possible to compute the gradient from the
   * result alone, because the value before the activation is not stored.
   */
  static boolean fusesInTraining(Activation activation) {
    return switch (activation) {
      case LINEAR, RELU, LEAKY_RELU, ELU, TANH, SIGMOID -> true;
      case RELU6, SWISH, HARD_SIGMOID, HARD_SWISH, GELU, SOFTMAX -> false;
    };
  }

  /** Returns the attributes of a primitive that applies the activation to its results. */
  static primitive_attr fused(Activation activation) {
    if (activation == Activation.LINEAR) {
      return Recorder.attributes();
    }
    post_ops after = new post_ops();
    for (Step step : steps(activation)) {
      after.append_eltwise(1, step.kind(), step.alpha(), step.beta());
    }
    return Recorder.attributes(after);
  }

  /** Records an activation as a separate pass over its input. */
  Lowered lower(String name, Activation activation, Value input) {
    return switch (activation) {
      case LINEAR ->
          new Lowered(input.asShared(), (gradient, wanted) -> Collections.singletonList(gradient));
      case SOFTMAX -> softmax(name, input);
      default -> elementwise(name, activation, input);
    };
  }

  private Lowered elementwise(String name, Activation activation, Value input) {
    List<Step> steps = steps(activation);
    List<Value> values = new ArrayList<>(List.of(input));
    for (Step step : steps) {
      values.add(apply(name, step, values.get(values.size() - 1)));
    }
    Value output = values.get(steps.size());
    return new Lowered(
        output,
        (gradient, wanted) -> {
          if (fusesInTraining(activation)) {
            return List.of(throughResult(name, activation, output, gradient));
          }
          Value before = gradient;
          for (int i = steps.size() - 1; i >= 0; i--) {
            before = backward(name, steps.get(i), DNNL_ARG_SRC, values.get(i), before);
          }
          return List.of(before);
        });
  }

  private Value apply(String name, Step step, Value input) {
    eltwise_forward.primitive_desc description = description(step, input.layout());
    Value output = recorder.value(input.layout(), input.shape());
    recorder.add(
        name,
        description,
        new eltwise_forward(description),
        input.as(DNNL_ARG_SRC),
        output.as(DNNL_ARG_DST));
    return output;
  }

  /**
   * Records the gradient with respect to an activation's input, computed from its result.
   *
   * @param output the activation's result
   * @param gradient the gradient with respect to the result
   */
  Value throughResult(String name, Activation activation, Value output, Value gradient) {
    if (activation == Activation.LINEAR) {
      return gradient;
    }
    return backward(name, fromResult(activation), DNNL_ARG_DST, output, gradient);
  }

  private Value backward(String name, Step step, int dataRole, Value data, Value gradient) {
    Value incoming = recorder.reorder(name, gradient, data.layout());
    eltwise_backward.primitive_desc description =
        new eltwise_backward.primitive_desc(
            new eltwise_backward.desc(
                step.kind(), data.layout(), data.layout(), step.alpha(), step.beta()),
            Recorder.attributes(),
            OneDnn.engine(),
            description(step, data.layout()));
    Value outgoing = incoming.shared() ? recorder.value(data.layout(), data.shape()) : incoming;
    recorder.add(
        name + " backward",
        description,
        new eltwise_backward(description),
        data.as(dataRole),
        incoming.as(DNNL_ARG_DIFF_DST),
        outgoing.as(DNNL_ARG_DIFF_SRC));
    return outgoing;
  }

  private eltwise_forward.primitive_desc description(Step step, memory.desc layout) {
    return new eltwise_forward.primitive_desc(
        new eltwise_forward.desc(
            training ? prop_kind.forward_training : prop_kind.forward_inference,
            step.kind(),
            layout,
            step.alpha(),
            step.beta()),
        Recorder.attributes(),
        OneDnn.engine());
  }

  private Lowered softmax(String name, Value input) {
    softmax_forward.primitive_desc description =
        new softmax_forward.primitive_desc(
            new softmax_forward.desc(prop_kind.forward_training, input.layout(), 1),
            Recorder.attributes(),
            OneDnn.engine());
    Value output = recorder.value(input.layout(), input.shape());
    recorder.add(
        name,
        description,
        new softmax_forward(description),
        input.as(DNNL_ARG_SRC),
        output.as(DNNL_ARG_DST));
    return new Lowered(
        output,
        (gradient, wanted) -> List.of(softmaxBackward(name, description, output, gradient)));
  }

  private Value softmaxBackward(
      String name, softmax_forward.primitive_desc forward, Value output, Value gradient) {
    Value incoming = recorder.reorder(name, gradient, output.layout());
    softmax_backward.primitive_desc description =
        new softmax_backward.primitive_desc(
            new softmax_backward.desc(output.layout(), output.layout(), 1),
            Recorder.attributes(),
            OneDnn.engine(),
            forward);
    Value outgoing = recorder.value(output.layout(), output.shape());
    recorder.add(
        name + " backward",
        description,
        new softmax_backward(description),
        output.as(DNNL_ARG_DST),
        incoming.as(DNNL_ARG_DIFF_DST),
        outgoing.as(DNNL_ARG_DIFF_SRC));
    return outgoing;
  }

  /**
   * Returns the oneDNN functions that make up an activation: two for the hard sigmoid, else one.
   */
  private static List<Step> steps(Activation activation) {
    return switch (activation) {
      case RELU -> List.of(new Step(algorithm.eltwise_relu));
      case RELU6 -> List.of(new Step(algorithm.eltwise_clip, 0, 6));
      case LEAKY_RELU -> List.of(new Step(algorithm.eltwise_relu, LEAK, 0));
      case ELU -> List.of(new Step(algorithm.eltwise_elu, 1, 0));
      case TANH -> List.of(new Step(algorithm.eltwise_tanh));
      case SIGMOID -> List.of(new Step(algorithm.eltwise_logistic));
      case SWISH -> List.of(new Step(algorithm.eltwise_swish, 1, 0));
      case HARD_SWISH -> List.of(new Step(algorithm.eltwise_hardswish));
      case HARD_SIGMOID ->
          List.of(
              new Step(algorithm.eltwise_linear, 1 / 6f, 0.5f),
              new Step(algorithm.eltwise_clip, 0, 1));
      case GELU -> List.of(new Step(algorithm.eltwise_gelu_erf));
      case LINEAR, SOFTMAX -> throw notElementwise(activation);
    };
  }

  private static Step fromResult(Activation activation) {
    return switch (activation) {
      case RELU -> new Step(algorithm.eltwise_relu_use_dst_for_bwd);
      case LEAKY_RELU -> new Step(algorithm.eltwise_relu_use_dst_for_bwd, LEAK, 0);
      case ELU -> new Step(algorithm.eltwise_elu_use_dst_for_bwd, 1, 0);
      case TANH -> new Step(algorithm.eltwise_tanh_use_dst_for_bwd);
      case SIGMOID -> new Step(algorithm.eltwise_logistic_use_dst_for_bwd);
      case LINEAR, RELU6, SWISH, HARD_SIGMOID, HARD_SWISH, GELU, SOFTMAX ->
          throw notElementwise(activation);
    };
  }

  /** One of oneDNN's element-wise functions with its two coefficients. */
  private record Step(algorithm kind, float alpha, float beta) {
    Step(algorithm kind) {
      this(kind, 0, 0);
    }
  }

  private static IllegalStateException notElementwise(Activation activation) {
    return new IllegalStateException(
        "activation must be element-wise with a gradient from its result, got " + activation);
  }
}
