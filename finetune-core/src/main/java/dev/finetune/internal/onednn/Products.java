package dev.finetune.internal.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;

import dev.finetune.graph.Layer;
import dev.finetune.graph.Node;
import dev.finetune.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_forward;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/** Products, also of an image and a value for each channel, or for each example. */
final class Products {

  private final Recorder recorder;
  private final Joins joins;
  private final int batch;
  private final LongSupplier seed;
  private int depths;

  /**
   * @param seed of the step that runs
   */
  Products(Recorder recorder, Joins joins, int batch, LongSupplier seed) {
    this.recorder = recorder;
    this.joins = joins;
    this.batch = batch;
    this.seed = seed;
  }

  /** An image times another, or times a value for each of its channels. */
  Lowered multiply(Node node, Value image, Value other) {
    String name = node.name();
    String backward = name + " backward";
    if (image.shape().equals(other.shape())) {
      Value same = recorder.reorder(name, other, image.layout());
      return new Lowered(
          joins.product(name, image, same),
          (gradient, wanted) -> {
            Value incoming = recorder.reorder(backward, gradient, image.layout());
            List<@Nullable Value> outgoing = new ArrayList<>();
            outgoing.add(wanted.get(0) ? joins.product(backward, incoming, same) : null);
            outgoing.add(wanted.get(1) ? joins.product(backward, incoming, image) : null);
            return outgoing;
          });
    }
    Value factors = recorder.reorder(name, other, Layouts.plain(other.shape(), batch));
    return new Lowered(
        spread(name, image, factors),
        (gradient, wanted) -> {
          Value incoming = recorder.reorder(backward, gradient, image.layout());
          List<@Nullable Value> outgoing = new ArrayList<>();
          outgoing.add(wanted.get(0) ? spread(backward, incoming, factors) : null);
          outgoing.add(
              wanted.get(1) ? sums(backward, joins.product(backward, incoming, image)) : null);
          return outgoing;
        });
  }

  /** In training: each example as a whole is left out or kept. */
  Lowered stochasticDepth(Node node, Value input) {
    double rate = ((Layer.StochasticDepth) node.layer()).rate();
    // Streams of dropout count up from the seed, these count down.
    long number = ++depths;
    Shape one = input.shape().flat() ? Shape.vector(1) : Shape.image(1, 1, 1);
    Value factors = recorder.value(Layouts.plain(one, batch), one);
    recorder.add(
        node.name() + " choice",
        slots -> choose(slots.get(0), rate, new SplittableRandom(seed.getAsLong() - number)),
        factors.slot());
    return new Lowered(
        spread(node.name(), input, factors),
        (gradient, wanted) ->
            List.of(
                spread(
                    node.name() + " backward",
                    recorder.reorder(node.name(), gradient, input.layout()),
                    factors)));
  }

  /** Zero with probability {@code rate}, else what keeps the expected value. */
  private void choose(FloatPointer factors, double rate, SplittableRandom random) {
    for (int i = 0; i < batch; i++) {
      factors.put(i, random.nextDouble() < rate ? 0 : (float) (1 / (1 - rate)));
    }
  }

  /** The product with factors that are the same wherever they have only one value. */
  private Value spread(String name, Value image, Value factors) {
    binary.primitive_desc description =
        new binary.primitive_desc(
            new binary.desc(algorithm.binary_mul, image.layout(), factors.layout(), image.layout()),
            Recorder.attributes(),
            OneDnn.engine());
    Value result = recorder.value(image.layout(), image.shape());
    recorder.add(
        name,
        description,
        new binary(description),
        image.as(DNNL_ARG_SRC_0),
        factors.as(DNNL_ARG_SRC_1),
        result.as(DNNL_ARG_DST));
    return result;
  }

  /** The sum over each channel: the mean times the number of places. */
  private Value sums(String name, Value image) {
    Shape pixel = Shape.image(image.shape().channels(), 1, 1);
    Windows windows = Windows.whole(image.shape());
    post_ops times = new post_ops();
    times.append_eltwise(
        1, algorithm.eltwise_linear, image.shape().height() * image.shape().width(), 0);
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
            Recorder.attributes(times),
            OneDnn.engine());
    Value sums = recorder.value(description.dst_desc(), pixel);
    recorder.add(
        name,
        description,
        new pooling_forward(description),
        image.as(DNNL_ARG_SRC),
        sums.as(DNNL_ARG_DST));
    return recorder.reorder(name, sums, plain);
  }
}
