package dev.finetune.internal.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;

import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.AveragePool;
import dev.finetune.graph.layer.MaxPool;
import dev.finetune.graph.layer.Shape;
import dev.finetune.graph.layer.ZeroPad;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;
import org.jspecify.annotations.Nullable;

/** Records pooling layers, in the layout of their input. */
final class Pools {

  private final Recorder recorder;
  private final Activations activations;
  private final boolean training;
  private final int batch;

  Pools(Recorder recorder, boolean training, int batch) {
    this.recorder = recorder;
    this.activations = new Activations(recorder, training);
    this.training = training;
    this.batch = batch;
  }

  /**
   * Records max pooling.
   *
   * @param reluBefore whether this layer's backward pass includes that of the ReLU of the layer
   *     before. As max(relu(x)) = relu(max(x)), it can be computed on the pooled values, of which
   *     there are fewer
   * @param border the padding of a preceding {@link ZeroPad} layer that this layer takes over; the
   *     input must not be negative then
   */
  Lowered max(Node node, Value input, boolean reluBefore, @Nullable ZeroPad border) {
    MaxPool pool = (MaxPool) node.layer();
    Windows own =
        Windows.of(input.shape(), node.output(), pool.window(), pool.stride(), pool.padding());
    Windows windows = border == null ? own : own.with(border);
    return lower(node.name(), algorithm.pooling_max, windows, input, node.output(), reluBefore);
  }

  /** Records average pooling; padding does not count in the means. */
  Lowered average(Node node, Value input) {
    AveragePool pool = (AveragePool) node.layer();
    Windows windows =
        Windows.of(input.shape(), node.output(), pool.window(), pool.stride(), pool.padding());
    return lower(
        node.name(), algorithm.pooling_avg_exclude_padding, windows, input, node.output(), false);
  }

  /** Records the mean of each channel. */
  Lowered globalAverage(Node node, Value input) {
    return overall(node, algorithm.pooling_avg_exclude_padding, input);
  }

  /** Records the maximum of each channel. */
  Lowered globalMax(Node node, Value input) {
    return overall(node, algorithm.pooling_max, input);
  }

  private Lowered overall(Node node, algorithm kind, Value input) {
    Shape pixel = Shape.image(input.shape().channels(), 1, 1);
    Lowered pooled = lower(node.name(), kind, Windows.whole(input.shape()), input, pixel, false);
    if (!node.output().flat()) {
      return pooled;
    }
    Value plain = recorder.reorder(node.name(), pooled.output(), Layouts.plain(pixel, batch));
    return new Lowered(
        plain.viewed(Layouts.plain(node.output(), batch), node.output()),
        (gradient, wanted) -> {
          Value vector =
              recorder.reorder(node.name(), gradient, Layouts.plain(node.output(), batch));
          return pooled
              .backward()
              .record(vector.viewed(Layouts.plain(pixel, batch), pixel), wanted);
        });
  }

  /** Records the sum of each channel of each example, in plain layout: mean times pixel count. */
  Value sums(String name, Value image) {
    Shape pixel = Shape.image(image.shape().channels(), 1, 1);
    Windows windows = Windows.whole(image.shape());
    memory.desc plain = Layouts.plain(pixel, batch);
    pooling_forward.primitive_desc description =
        new pooling_forward.primitive_desc(
            new pooling_forward.desc(
                prop_kind.forward_inference,
                algorithm.pooling_avg_exclude_padding,
                image.layout(),
                Layouts.any(pixel, batch),
                windows.stride(),
                windows.kernel(),
                windows.before(),
                windows.after()),
            Recorder.attributes(),
            OneDnn.engine());
    Value means = recorder.value(description.dst_desc(), pixel);
    recorder.add(
        name,
        description,
        new pooling_forward(description),
        image.as(DNNL_ARG_SRC),
        means.as(DNNL_ARG_DST));
    Value sums = times(name, means, image.shape().height() * image.shape().width());
    return recorder.reorder(name, sums, plain);
  }

  /**
   * Records a product with a constant, as a separate pass: fused into the pooling, it crashes
   * oneDNN 2.5.2 on CPUs limited to SSE4.1.
   */
  private Value times(String name, Value values, int factor) {
    eltwise_forward.primitive_desc description =
        new eltwise_forward.primitive_desc(
            new eltwise_forward.desc(
                prop_kind.forward_inference, algorithm.eltwise_linear, values.layout(), factor, 0),
            Recorder.attributes(),
            OneDnn.engine());
    Value product = recorder.value(values.layout(), values.shape());
    recorder.add(
        name + " times",
        description,
        new eltwise_forward(description),
        values.as(DNNL_ARG_SRC),
        product.as(DNNL_ARG_DST));
    return product;
  }

  private Lowered lower(
      String name, algorithm kind, Windows windows, Value input, Shape output, boolean reluBefore) {
    pooling_forward.primitive_desc description =
        new pooling_forward.primitive_desc(
            new pooling_forward.desc(
                training ? prop_kind.forward_training : prop_kind.forward_inference,
                kind,
                input.layout(),
                Layouts.any(output, batch),
                windows.stride(),
                windows.kernel(),
                windows.before(),
                windows.after()),
            Recorder.attributes(),
            OneDnn.engine());
    Value pooled = recorder.value(description.dst_desc(), output);
    List<Argument> places = new ArrayList<>();
    memory.desc places0 = description.workspace_desc();
    if (places0.get_size() > 0) {
      places.add(recorder.argument(DNNL_ARG_WORKSPACE, places0));
    }
    List<Argument> arguments = new ArrayList<>(places);
    arguments.add(input.as(DNNL_ARG_SRC));
    arguments.add(pooled.as(DNNL_ARG_DST));
    recorder.add(
        name, description, new pooling_forward(description), arguments.toArray(Argument[]::new));
    return new Lowered(
        pooled,
        (gradient, wanted) -> {
          Value before =
              reluBefore
                  ? activations.throughResult(name, Activation.RELU, pooled, gradient)
                  : gradient;
          return List.of(
              backward(
                  name + " backward", kind, windows, input, pooled, description, places, before));
        });
  }

  private Value backward(
      String label,
      algorithm kind,
      Windows windows,
      Value input,
      Value pooled,
      pooling_forward.primitive_desc forward,
      List<Argument> places,
      Value gradient) {
    Value incoming = recorder.reorder(label, gradient, pooled.layout());
    pooling_backward.primitive_desc description =
        new pooling_backward.primitive_desc(
            new pooling_backward.desc(
                kind,
                input.layout(),
                pooled.layout(),
                windows.stride(),
                windows.kernel(),
                windows.before(),
                windows.after()),
            Recorder.attributes(),
            OneDnn.engine(),
            forward);
    Value outgoing = recorder.value(input.layout(), input.shape());
    List<Argument> arguments = new ArrayList<>(places);
    arguments.add(incoming.as(DNNL_ARG_DIFF_DST));
    arguments.add(outgoing.as(DNNL_ARG_DIFF_SRC));
    recorder.add(
        label, description, new pooling_backward(description), arguments.toArray(Argument[]::new));
    return outgoing;
  }
}
