package dev.finetune.internal.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;

import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ZeroPad;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** Records layers that combine or rearrange values: sums, concatenation, padding, reshaping. */
final class Joins {

  private final Recorder recorder;
  private final int batch;

  Joins(Recorder recorder, int batch) {
    this.recorder = recorder;
    this.batch = batch;
  }

  /** Records the sum of all inputs; each input gets the same gradient. */
  Lowered add(Node node, List<Value> inputs) {
    Value sum = inputs.get(0);
    for (Value next : inputs.subList(1, inputs.size())) {
      sum = sum(node.name(), sum, next, false);
    }
    return new Lowered(
        sum, (gradient, wanted) -> Collections.nCopies(inputs.size(), gradient.asShared()));
  }

  /**
   * Records the element-wise sum of two values.
   *
   * @param over whether the sum may overwrite the first value
   */
  Value sum(String name, Value first, Value second, boolean over) {
    return combine(name, algorithm.binary_add, first, second, over);
  }

  /** Records the element-wise product of two values. */
  Value product(String name, Value first, Value second) {
    return combine(name, algorithm.binary_mul, first, second, false);
  }

  private Value combine(String name, algorithm kind, Value first, Value second, boolean over) {
    Value other = recorder.reorder(name, second, first.layout());
    binary.primitive_desc description =
        new binary.primitive_desc(
            new binary.desc(kind, first.layout(), other.layout(), first.layout()),
            Recorder.attributes(),
            OneDnn.engine());
    Value result = over && !first.shared() ? first : recorder.value(first.layout(), first.shape());
    recorder.add(
        name,
        description,
        new binary(description),
        first.as(DNNL_ARG_SRC_0),
        other.as(DNNL_ARG_SRC_1),
        result.as(DNNL_ARG_DST));
    return result;
  }

  /**
   * Records the concatenation of channels. Each input is copied into its part of the result, and
   * its gradient out of that part.
   */
  Lowered concat(Node node, List<Value> inputs) {
    memory.desc whole = layout(node, inputs);
    Value joined = recorder.value(whole, node.output());
    List<memory.desc> parts = new ArrayList<>();
    int channel = 0;
    for (Value input : inputs) {
      memory.desc part = part(whole, input, channel);
      parts.add(part);
      recorder.reorder(node.name(), input.layout(), input.slot(), part, joined.slot());
      channel += input.shape().channels();
    }
    return new Lowered(
        joined,
        (gradient, wanted) -> {
          Value incoming = recorder.reorder(node.name(), gradient, whole);
          List<@Nullable Value> gradients = new ArrayList<>();
          for (int i = 0; i < inputs.size(); i++) {
            gradients.add(
                wanted.get(i)
                    ? cut(node.name() + " backward", incoming, parts.get(i), inputs.get(i))
                    : null);
          }
          return gradients;
        });
  }

  private Value cut(String label, Value whole, memory.desc part, Value like) {
    Value piece = recorder.value(like.layout(), like.shape());
    recorder.reorder(label, part, whole.slot(), piece.layout(), piece.slot());
    return piece;
  }

  /** Returns a layout in blocks of channels if every input has whole blocks, else the plain one. */
  private memory.desc layout(Node node, List<Value> inputs) {
    boolean blocks =
        !node.output().flat()
            && inputs.stream().allMatch(v -> v.shape().channels() % Layouts.BLOCK == 0);
    return blocks
        ? Layouts.of(memory.format_tag.nChw16c, Layouts.dimensions(node.output(), batch))
        : Layouts.plain(node.output(), batch);
  }

  private memory.desc part(memory.desc whole, Value input, int channel) {
    long[] offsets = new long[input.shape().flat() ? 2 : 4];
    offsets[1] = channel;
    return whole.submemory_desc(Layouts.dimensions(input.shape(), batch), offsets);
  }

  /** Records zero padding around an image. */
  Lowered zeroPad(Node node, Value input) {
    ZeroPad border = (ZeroPad) node.layer();
    memory.desc whole = layout(node, List.of(input));
    memory.desc inside =
        whole.submemory_desc(
            Layouts.dimensions(input.shape(), batch),
            new long[] {0, 0, border.top(), border.left()});
    Value padded = recorder.value(whole, node.output());
    recorder.add(
        node.name() + " zeros",
        slots -> Pointer.memset(slots.get(0), 0, padded.slot().bytes()),
        padded.slot());
    recorder.reorder(node.name(), input.layout(), input.slot(), inside, padded.slot());
    return new Lowered(
        padded,
        (gradient, wanted) ->
            List.of(
                cut(
                    node.name() + " backward",
                    recorder.reorder(node.name(), gradient, whole),
                    inside,
                    input)));
  }

  /** Records a change of shape: an image to a vector, or to an image of another shape. */
  Lowered reshape(Node node, Value input) {
    memory.desc before = Layouts.plain(input.shape(), batch);
    memory.desc after = Layouts.plain(node.output(), batch);
    Value plain = recorder.reorder(node.name(), input, before);
    return new Lowered(
        plain.viewed(after, node.output()),
        (gradient, wanted) ->
            List.of(
                recorder
                    .reorder(node.name() + " backward", gradient, after)
                    .viewed(before, input.shape())));
  }
}
