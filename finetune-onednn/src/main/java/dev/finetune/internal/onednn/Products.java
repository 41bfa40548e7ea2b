package dev.finetune.internal.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.graph.layer.StochasticDepth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/** Records products: of two images, or of an image and a factor per channel or per example. */
final class Products {

  private final Recorder recorder;
  private final Joins joins;
  private final Pools pools;
  private final int batch;
  private final StepRandom random;
  private int depths;

  /**
   * @param random the source of the choices of stochastic depth
   */
  Products(Recorder recorder, Joins joins, Pools pools, int batch, StepRandom random) {
    this.recorder = recorder;
    this.joins = joins;
    this.pools = pools;
    this.batch = batch;
    this.random = random;
  }

  /** Records the product of an image and another one, or of an image and a factor per channel. */
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
              wanted.get(1)
                  ? pools.sums(backward, joins.product(backward, incoming, image))
                  : null);
          return outgoing;
        });
  }

  /** Records stochastic depth for training, which keeps or zeroes each example as a whole. */
  Lowered stochasticDepth(Node node, Value input) {
    double rate = ((StochasticDepth) node.layer()).rate();
    // Dropout's streams count up from the seed, these count down.
    long number = ++depths;
    int channels = input.shape().channels();
    Shape each = Shape.image(channels, 1, 1);
    Value factors = recorder.value(Layouts.plain(each, batch), each);
    recorder.add(
        node.name() + " choice",
        slots -> choose(slots.get(0), channels, rate, random.stream(-number, 1)),
        factors.slot());
    return new Lowered(
        spread(node.name(), input, factors),
        (gradient, wanted) -> List.of(spread(node.name() + " backward", gradient, factors)));
  }

  /** Fills the factors of each example: 0 with probability {@code rate}, else 1 / (1 - rate). */
  private void choose(FloatPointer factors, int channels, double rate, SplittableRandom random) {
    float[] values = new float[batch * channels];
    for (int i = 0; i < batch; i++) {
      float factor = random.nextDouble() < rate ? 0 : (float) (1 / (1 - rate));
      Arrays.fill(values, i * channels, (i + 1) * channels, factor);
    }
    factors.put(values);
  }

  /**
   * Records the product of each channel of each example with its factor, as a depthwise convolution
   * of one example with the channels of all examples. oneDNN's own product can do this too, but
   * only in its slow reference implementation.
   *
   * @param factors one for each channel of each example, in plain layout
   */
  private Value spread(String name, Value image, Value factors) {
    Shape shape = image.shape();
    memory.desc apart = blocked(image) ? image.layout() : Layouts.plain(shape, batch);
    Value source = recorder.reorder(name, image, apart);
    Shape together = Shape.image(batch * shape.channels(), shape.height(), shape.width());
    memory.desc merged =
        blocked(image)
            ? Layouts.of(memory.format_tag.nChw16c, Layouts.dimensions(together, 1))
            : Layouts.plain(Layouts.dimensions(together, 1));
    convolution_forward.primitive_desc description = depthwise(together);
    memory.desc each =
        together.channels() == 1 // with one group it is an ordinary convolution
            ? Layouts.plain(1, 1, 1, 1)
            : Layouts.plain(together.channels(), 1, 1, 1, 1);
    Value input = recorder.reorder(name, source.viewed(merged, together), description.src_desc());
    Value kernel =
        recorder.reorder(name, factors.viewed(each, together), description.weights_desc());
    Value result = recorder.value(description.dst_desc(), together);
    recorder.add(
        name,
        description,
        new convolution_forward(description),
        input.as(DNNL_ARG_SRC),
        kernel.as(DNNL_ARG_WEIGHTS),
        result.as(DNNL_ARG_DST));
    return recorder.reorder(name, result, merged).viewed(apart, shape);
  }

  /** Returns whether the image is laid out in whole blocks of channels, example after example. */
  private boolean blocked(Value image) {
    Shape shape = image.shape();
    return !shape.flat()
        && shape.channels() % Layouts.BLOCK == 0
        && image
            .layout()
            .equals(
                Layouts.of(memory.format_tag.nChw16c, Layouts.dimensions(image.shape(), batch)));
  }

  private static convolution_forward.primitive_desc depthwise(Shape image) {
    Conv2d factors = Conv2d.depthwise(image.channels(), 1, 1, Padding.VALID);
    return ConvolutionShape.of(factors, Windows.of(factors, image, image), image, image, 1, false)
        .forward(prop_kind.forward_inference, Activation.LINEAR);
  }
}
