package dev.finetune.internal.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;

import dev.finetune.graph.Node;
import dev.finetune.graph.layer.LayerNorm;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.Shape;
import java.util.Collections;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.layer_normalization_backward;
import org.bytedeco.dnnl.layer_normalization_forward;
import org.bytedeco.dnnl.memory;

/**
 * Records layer normalisation, over the channels of each pixel. oneDNN normalises over the last
 * dimension, so images are reordered to height, width, channel order and described with dimensions
 * in that order.
 */
final class LayerNorms {

  private static final int FLAGS = dnnl.dnnl_use_scale | dnnl.dnnl_use_shift;

  private final Recorder recorder;
  private final ParameterStore parameters;
  private final boolean training;
  private final int batch;

  LayerNorms(Recorder recorder, ParameterStore parameters, boolean training, int batch) {
    this.recorder = recorder;
    this.parameters = parameters;
    this.training = training;
    this.batch = batch;
  }

  /**
   * Records a layer normalisation.
   *
   * @param parametersOf the name of the layer that owns the parameters
   * @param trained whether its parameters get gradients
   */
  Lowered lower(Node node, String parametersOf, Value input, boolean trained) {
    return new Norm(node, parametersOf, input, trained).lower();
  }

  /** One layer normalisation while it is recorded. */
  private final class Norm {
    private final String name;
    private final String parametersOf;
    private final boolean trained;
    private final float epsilon;
    private final Shape shape;

    /** The layout with channels last, described in oneDNN's usual order of dimensions. */
    private final memory.desc ordered;

    /** The same memory, described with the channels as the last dimension. */
    private final memory.desc rows;

    private final Value source;
    private final Argument scale;
    private final Argument shift;
    private final Argument mean;
    private final Argument variance;

    Norm(Node node, String parametersOf, Value input, boolean trained) {
      this.name = node.name();
      this.parametersOf = parametersOf;
      this.trained = trained;
      this.epsilon = (float) ((LayerNorm) node.layer()).epsilon();
      this.shape = input.shape();
      boolean flat = shape.flat();
      this.ordered = flat ? Layouts.plain(shape, batch) : Layouts.channelsLast(shape, batch);
      this.rows =
          flat ? ordered : Layouts.plain(batch, shape.height(), shape.width(), shape.channels());
      this.source = recorder.reorder(name, input, ordered);
      this.scale = parameters.value(DNNL_ARG_SCALE, parametersOf, ParameterRole.GAMMA);
      this.shift = parameters.value(DNNL_ARG_SHIFT, parametersOf, ParameterRole.BETA);
      memory.desc statistics =
          flat ? Layouts.plain(batch) : Layouts.plain(batch, shape.height(), shape.width());
      this.mean = recorder.argument(DNNL_ARG_MEAN, statistics);
      this.variance = recorder.argument(DNNL_ARG_VARIANCE, statistics);
    }

    Lowered lower() {
      layer_normalization_forward.primitive_desc description =
          new layer_normalization_forward.primitive_desc(
              new layer_normalization_forward.desc(
                  (training ? prop_kind.forward_training : prop_kind.forward_inference).value,
                  rows,
                  mean.layout(),
                  epsilon,
                  FLAGS),
              Recorder.attributes(),
              OneDnn.engine());
      Value result = recorder.value(ordered, shape);
      recorder.add(
          name,
          description,
          new layer_normalization_forward(description),
          inRows(DNNL_ARG_SRC, source),
          scale,
          shift,
          mean,
          variance,
          inRows(DNNL_ARG_DST, result));
      return new Lowered(
          result,
          (gradient, wanted) ->
              Collections.singletonList(
                  wanted.get(0) || trained ? backward(description, gradient) : null));
    }

    private Argument inRows(int role, Value value) {
      return new Argument(role, rows, value.slot());
    }

    private Value backward(layer_normalization_forward.primitive_desc forward, Value gradient) {
      Value incoming = recorder.reorder(name, gradient, ordered);
      layer_normalization_backward.primitive_desc description =
          new layer_normalization_backward.primitive_desc(
              new layer_normalization_backward.desc(
                  prop_kind.backward.value, rows, rows, mean.layout(), epsilon, FLAGS),
              Recorder.attributes(),
              OneDnn.engine(),
              forward);
      Value outgoing = recorder.value(ordered, shape);
      recorder.add(
          name + " backward",
          description,
          new layer_normalization_backward(description),
          inRows(DNNL_ARG_SRC, source),
          inRows(DNNL_ARG_DIFF_DST, incoming),
          scale,
          shift,
          mean,
          variance,
          inRows(DNNL_ARG_DIFF_SRC, outgoing),
          gradient(DNNL_ARG_DIFF_SCALE, ParameterRole.GAMMA),
          gradient(DNNL_ARG_DIFF_SHIFT, ParameterRole.BETA));
      return outgoing;
    }

    /**
     * Returns the destination of a parameter's gradient. oneDNN computes it for frozen layers too;
     * theirs goes to memory that nothing reads.
     */
    private Argument gradient(int role, ParameterRole parameter) {
      if (trained) {
        return parameters.gradient(role, parametersOf, parameter);
      }
      memory.desc layout = Layouts.plain(shape.channels());
      return recorder.argument(role, layout);
    }
  }
}
