package dev.finetune.benchmarks;

import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.inner_product_backward_data;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** A single primitive of oneDNN, in the memory layouts that it prefers. */
final class BarePrimitive {

  /** The three products of a layer. */
  enum Pass {
    FORWARD,
    WEIGHT_GRADIENT,
    INPUT_GRADIENT
  }

  private static final long ALIGNMENT = 64;
  private static final engine ENGINE = new engine(engine.kind.cpu, 0);
  private static final stream STREAM = new stream(ENGINE);

  /**
   * A buffer for each role, shared by all primitives: otherwise the floor of a large network would
   * not fit into memory.
   */
  private static final Map<Integer, BytePointer> POOL = new HashMap<>();

  private record Tensor(int role, memory value, long bytes) {}

  private final primitive made;
  private final IntMemoryMap arguments = new IntMemoryMap();
  private final List<Tensor> tensors = new ArrayList<>();

  private BarePrimitive(primitive made, Map<Integer, memory.desc> layouts) {
    this.made = made;
    layouts.forEach(
        (role, layout) -> {
          memory value = new memory(layout, ENGINE, pool(role, layout.get_size()));
          tensors.add(new Tensor(role, value, layout.get_size()));
          arguments.put(role, value);
        });
  }

  private static Pointer pool(int role, long bytes) {
    BytePointer there = POOL.get(role);
    if (there == null || there.capacity() < bytes + ALIGNMENT) {
      if (there != null) {
        there.close();
      }
      there = new BytePointer(bytes + ALIGNMENT);
      // Touched here so that no page fault is timed.
      Pointer.memset(there, 0, there.capacity());
      POOL.put(role, there);
    }
    long past = there.address() % ALIGNMENT;
    return there.getPointer(past == 0 ? 0 : ALIGNMENT - past);
  }

  /** Executes it and waits until it is done. */
  void run() {
    for (Tensor tensor : tensors) {
      tensor.value().set_data_handle(pool(tensor.role(), tensor.bytes()));
    }
    made.execute(STREAM, arguments);
    STREAM._wait();
  }

  /** Returns a convolution in the fastest algorithm that oneDNN has for the shape. */
  static BarePrimitive convolution(Conv2d conv, Shape in, Shape out, int batch, Pass pass) {
    BarePrimitive best = null;
    double bestSeconds = Double.MAX_VALUE;
    for (algorithm choice :
        new algorithm[] {
          algorithm.convolution_direct, algorithm.convolution_winograd, algorithm.convolution_auto
        }) {
      BarePrimitive candidate = convolution(conv, in, out, batch, pass, choice);
      if (candidate != null) {
        double seconds = seconds(candidate);
        if (seconds < bestSeconds) {
          best = candidate;
          bestSeconds = seconds;
        }
      }
    }
    if (best == null) {
      throw new IllegalStateException("oneDNN has no primitive for " + conv);
    }
    return best;
  }

  private static double seconds(BarePrimitive candidate) {
    double[] seconds = new double[3];
    candidate.run();
    for (int i = 0; i < seconds.length; i++) {
      long start = System.nanoTime();
      candidate.run();
      seconds[i] = (System.nanoTime() - start) / 1e9;
    }
    return Arrays.stream(seconds).min().orElseThrow();
  }

  private static @Nullable BarePrimitive convolution(
      Conv2d conv, Shape in, Shape out, int batch, Pass pass, algorithm choice) {
    memory.desc source = any(batch, in.channels(), in.height(), in.width());
    memory.desc weights =
        any(conv.filters(), in.channels(), conv.kernelHeight(), conv.kernelHeight());
    memory.desc bias = layout(memory.format_tag.a, conv.filters());
    memory.desc result = any(batch, out.channels(), out.height(), out.width());
    long[] stride = {conv.stride(), conv.stride()};
    int rows = conv.padding() == Padding.SAME ? padding(in.height(), out.height(), conv) : 0;
    int columns = conv.padding() == Padding.SAME ? padding(in.width(), out.width(), conv) : 0;
    long[] before = {rows / 2, columns / 2};
    long[] after = {rows - rows / 2, columns - columns / 2};
    convolution_forward.primitive_desc forward =
        new convolution_forward.primitive_desc(
            new convolution_forward.desc(
                prop_kind.forward_training,
                choice,
                source,
                weights,
                bias,
                result,
                stride,
                before,
                after),
            attributes(),
            ENGINE,
            true);
    if (!forward.asBoolean()) {
      return null;
    }
    return switch (pass) {
      case FORWARD ->
          new BarePrimitive(
              new convolution_forward(forward),
              Map.of(
                  dnnl.DNNL_ARG_SRC, forward.src_desc(),
                  dnnl.DNNL_ARG_WEIGHTS, forward.weights_desc(),
                  dnnl.DNNL_ARG_BIAS, bias,
                  dnnl.DNNL_ARG_DST, forward.dst_desc(),
                  dnnl.DNNL_ARG_SCRATCHPAD, forward.scratchpad_desc()));
      case WEIGHT_GRADIENT -> {
        convolution_backward_weights.primitive_desc backward =
            new convolution_backward_weights.primitive_desc(
                new convolution_backward_weights.desc(
                    choice, source, weights, bias, result, stride, before, after),
                attributes(),
                ENGINE,
                forward,
                true);
        yield !backward.asBoolean()
            ? null
            : new BarePrimitive(
                new convolution_backward_weights(backward),
                Map.of(
                    dnnl.DNNL_ARG_SRC, backward.src_desc(),
                    dnnl.DNNL_ARG_DIFF_DST, backward.diff_dst_desc(),
                    dnnl.DNNL_ARG_DIFF_WEIGHTS, backward.diff_weights_desc(),
                    dnnl.DNNL_ARG_DIFF_BIAS, bias,
                    dnnl.DNNL_ARG_SCRATCHPAD, backward.scratchpad_desc()));
      }
      case INPUT_GRADIENT -> {
        convolution_backward_data.primitive_desc backward =
            new convolution_backward_data.primitive_desc(
                new convolution_backward_data.desc(
                    choice, source, weights, result, stride, before, after),
                attributes(),
                ENGINE,
                forward,
                true);
        yield !backward.asBoolean()
            ? null
            : new BarePrimitive(
                new convolution_backward_data(backward),
                Map.of(
                    dnnl.DNNL_ARG_DIFF_DST, backward.diff_dst_desc(),
                    dnnl.DNNL_ARG_WEIGHTS, backward.weights_desc(),
                    dnnl.DNNL_ARG_DIFF_SRC, backward.diff_src_desc(),
                    dnnl.DNNL_ARG_SCRATCHPAD, backward.scratchpad_desc()));
      }
    };
  }

  private static int padding(int in, int out, Conv2d conv) {
    return Math.max(0, (out - 1) * conv.stride() + conv.kernelHeight() - in);
  }

  /** Returns a fully connected layer. */
  static BarePrimitive dense(int inputs, int units, int batch, Pass pass) {
    memory.desc source = layout(memory.format_tag.ab, batch, inputs);
    memory.desc weights = layout(memory.format_tag.ba, units, inputs);
    memory.desc bias = layout(memory.format_tag.a, units);
    memory.desc result = layout(memory.format_tag.ab, batch, units);
    inner_product_forward.primitive_desc forward =
        new inner_product_forward.primitive_desc(
            new inner_product_forward.desc(
                prop_kind.forward_training, source, weights, bias, result),
            attributes(),
            ENGINE);
    return switch (pass) {
      case FORWARD ->
          new BarePrimitive(
              new inner_product_forward(forward),
              Map.of(
                  dnnl.DNNL_ARG_SRC, source,
                  dnnl.DNNL_ARG_WEIGHTS, weights,
                  dnnl.DNNL_ARG_BIAS, bias,
                  dnnl.DNNL_ARG_DST, result,
                  dnnl.DNNL_ARG_SCRATCHPAD, forward.scratchpad_desc()));
      case WEIGHT_GRADIENT -> {
        inner_product_backward_weights.primitive_desc backward =
            new inner_product_backward_weights.primitive_desc(
                new inner_product_backward_weights.desc(source, weights, bias, result),
                attributes(),
                ENGINE,
                forward);
        yield new BarePrimitive(
            new inner_product_backward_weights(backward),
            Map.of(
                dnnl.DNNL_ARG_SRC, source,
                dnnl.DNNL_ARG_DIFF_DST, result,
                dnnl.DNNL_ARG_DIFF_WEIGHTS, weights,
                dnnl.DNNL_ARG_DIFF_BIAS, bias,
                dnnl.DNNL_ARG_SCRATCHPAD, backward.scratchpad_desc()));
      }
      case INPUT_GRADIENT -> {
        inner_product_backward_data.primitive_desc backward =
            new inner_product_backward_data.primitive_desc(
                new inner_product_backward_data.desc(source, weights, result),
                attributes(),
                ENGINE,
                forward);
        yield new BarePrimitive(
            new inner_product_backward_data(backward),
            Map.of(
                dnnl.DNNL_ARG_DIFF_DST, result,
                dnnl.DNNL_ARG_WEIGHTS, weights,
                dnnl.DNNL_ARG_DIFF_SRC, source,
                dnnl.DNNL_ARG_SCRATCHPAD, backward.scratchpad_desc()));
      }
    };
  }

  /** Returns a matrix product: (rows, depth) by (depth, columns). */
  static BarePrimitive matrixProduct(long rows, long depth, long columns) {
    memory.desc left = layout(memory.format_tag.ab, rows, depth);
    memory.desc right = layout(memory.format_tag.ab, depth, columns);
    memory.desc result = layout(memory.format_tag.ab, rows, columns);
    matmul.primitive_desc description =
        new matmul.primitive_desc(new matmul.desc(left, right, result), attributes(), ENGINE);
    return new BarePrimitive(
        new matmul(description),
        Map.of(
            dnnl.DNNL_ARG_SRC, left,
            dnnl.DNNL_ARG_WEIGHTS, right,
            dnnl.DNNL_ARG_DST, result,
            dnnl.DNNL_ARG_SCRATCHPAD, description.scratchpad_desc()));
  }

  private static primitive_attr attributes() {
    primitive_attr attributes = new primitive_attr();
    attributes.set_scratchpad_mode(dnnl.scratchpad_mode.user);
    return attributes;
  }

  private static memory.desc any(long... dimensions) {
    return layout(memory.format_tag.any, dimensions);
  }

  private static memory.desc layout(memory.format_tag tag, long... dimensions) {
    return new memory.desc(dimensions, memory.data_type.f32, tag);
  }
}
