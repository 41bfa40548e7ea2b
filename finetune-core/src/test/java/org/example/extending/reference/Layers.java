package org.example.extending.reference;

import static java.util.Objects.requireNonNull;

import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Add;
import dev.finetune.graph.layer.AveragePool;
import dev.finetune.graph.layer.BasicLayer;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Concat;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.Flatten;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.GlobalMaxPool;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.LayerNorm;
import dev.finetune.graph.layer.MaxPool;
import dev.finetune.graph.layer.Multiply;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.Reshape;
import dev.finetune.graph.layer.Shape;
import dev.finetune.graph.layer.StochasticDepth;
import dev.finetune.graph.layer.ZeroPad;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/** Adds what one layer gives for a batch to the tape. */
final class Layers implements BasicLayer.Visitor<int[][]> {

  private final Tape tape;
  private final Node node;
  private final List<Image> inputs;
  private final Image in;
  private final Shape out;
  private final Map<ParameterRole, int[]> parameters;
  private final Mode mode;

  /**
   * @param inputs an input layer has its own values here
   * @param parameters places of the layer's values
   */
  Layers(
      Tape tape, Node node, List<Image> inputs, Map<ParameterRole, int[]> parameters, Mode mode) {
    this.tape = tape;
    this.node = node;
    this.inputs = inputs;
    this.in = inputs.get(0);
    this.out = node.output();
    this.parameters = parameters;
    this.mode = mode;
  }

  private int[][] each(IntFunction<int[]> example) {
    int[][] all = new int[in.places().length][];
    Arrays.setAll(all, example);
    return all;
  }

  private int place(ParameterRole role, int index) {
    return places(role)[index];
  }

  private int[] places(ParameterRole role) {
    return requireNonNull(parameters.get(role));
  }

  @Override
  public int[][] visit(Input layer) {
    return in.places();
  }

  @Override
  public int[][] visit(Conv2d conv) {
    return each(
        n -> {
          int[] sums = Windows.convolve(tape, conv, in, n, out, places(ParameterRole.KERNEL));
          if (conv.bias()) {
            Arrays.setAll(sums, i -> tape.sum(1, sums[i], place(ParameterRole.BIAS, channel(i))));
          }
          return activated(conv.activation(), sums);
        });
  }

  private int channel(int index) {
    return index / (out.height() * out.width());
  }

  @Override
  public int[][] visit(Dense dense) {
    int[] kernel = places(ParameterRole.KERNEL);
    return each(
        n -> {
          int[] values = in.places()[n];
          int[] sums = new int[dense.units()];
          for (int unit = 0; unit < sums.length; unit++) {
            int[] column = new int[values.length];
            for (int i = 0; i < column.length; i++) {
              column[i] = kernel[i * dense.units() + unit];
            }
            sums[unit] =
                tape.sum(
                    1, tape.dot(values, column, column.length), place(ParameterRole.BIAS, unit));
          }
          return activated(dense.activation(), sums);
        });
  }

  @Override
  public int[][] visit(Activate activate) {
    return each(n -> activated(activate.activation(), in.places()[n]));
  }

  private int[] activated(Activation activation, int... values) {
    return activation == Activation.SOFTMAX
        ? Functions.softmax(tape, values)
        : Arrays.stream(values).map(v -> Functions.apply(tape, activation, v)).toArray();
  }

  @Override
  public int[][] visit(ZeroPad border) {
    int zero = tape.constant(0);
    return each(
        n -> {
          int[] padded = new int[out.size()];
          for (int i = 0; i < padded.length; i++) {
            int y = i / out.width() % out.height() - border.top();
            int x = i % out.width() - border.left();
            padded[i] = in.has(y, x) ? in.at(n, channel(i), y, x) : zero;
          }
          return padded;
        });
  }

  @Override
  public int[][] visit(MaxPool pool) {
    return each(
        n -> Windows.pool(tape, true, pool.window(), pool.stride(), pool.padding(), in, n, out));
  }

  @Override
  public int[][] visit(AveragePool pool) {
    return each(
        n -> Windows.pool(tape, false, pool.window(), pool.stride(), pool.padding(), in, n, out));
  }

  @Override
  public int[][] visit(GlobalAveragePool pool) {
    return overall(map -> tape.sum(1.0 / map.length, map));
  }

  @Override
  public int[][] visit(GlobalMaxPool pool) {
    return overall(map -> Windows.largest(tape, map));
  }

  /** Reduces a feature map to a place. */
  private interface Reduction {
    int of(int... map);
  }

  private int[][] overall(Reduction reduction) {
    int each = in.shape().height() * in.shape().width();
    return each(
        n -> {
          int[] all = new int[out.size()];
          Arrays.setAll(
              all, c -> reduction.of(Arrays.copyOfRange(in.places()[n], c * each, (c + 1) * each)));
          return all;
        });
  }

  @Override
  public int[][] visit(BatchNorm norm) {
    int channels = out.channels();
    Norms.Moments[] moments = new Norms.Moments[channels];
    boolean byBatch = mode.byBatch().contains(node.name());
    for (int c = 0; c < channels; c++) {
      moments[c] =
          byBatch
              ? Norms.moments(tape, in.channel(c))
              : new Norms.Moments(
                  place(ParameterRole.MOVING_MEAN, c), place(ParameterRole.MOVING_VARIANCE, c));
    }
    if (byBatch) {
      observe(moments);
    }
    int one = tape.constant(1);
    int[] inverse = Arrays.stream(moments).mapToInt(m -> inverse(m, norm.epsilon())).toArray();
    return each(
        n -> {
          int[] normal = new int[out.size()];
          for (int i = 0; i < normal.length; i++) {
            int c = channel(i);
            int gamma = norm.scale() ? place(ParameterRole.GAMMA, c) : one;
            normal[i] =
                Norms.normal(
                    tape,
                    in.places()[n][i],
                    moments[c],
                    inverse[c],
                    gamma,
                    place(ParameterRole.BETA, c));
          }
          return normal;
        });
  }

  private int inverse(Norms.Moments moments, double epsilon) {
    return Norms.inverse(tape, moments, epsilon);
  }

  private void observe(Norms.Moments... moments) {
    float[] means = new float[moments.length];
    float[] variances = new float[moments.length];
    for (int c = 0; c < moments.length; c++) {
      means[c] = (float) tape.value(moments[c].mean());
      variances[c] = (float) tape.value(moments[c].variance());
    }
    mode.statistics().ifPresent(s -> s.add(node.name(), means, variances, in.channel(0).length));
  }

  @Override
  public int[][] visit(LayerNorm norm) {
    int channels = out.channels();
    int each = out.height() * out.width();
    return each(
        n -> {
          int[] normal = new int[out.size()];
          for (int at = 0; at < each; at++) {
            int[] column = new int[channels];
            for (int c = 0; c < channels; c++) {
              column[c] = in.places()[n][c * each + at];
            }
            Norms.Moments moments = Norms.moments(tape, column);
            int inverse = inverse(moments, norm.epsilon());
            for (int c = 0; c < channels; c++) {
              normal[c * each + at] =
                  Norms.normal(
                      tape,
                      column[c],
                      moments,
                      inverse,
                      place(ParameterRole.GAMMA, c),
                      place(ParameterRole.BETA, c));
            }
          }
          return normal;
        });
  }

  @Override
  public int[][] visit(Concat concat) {
    return each(n -> inputs.stream().flatMapToInt(i -> Arrays.stream(i.places()[n])).toArray());
  }

  @Override
  public int[][] visit(Add add) {
    return each(
        n -> {
          int[] sums = new int[out.size()];
          Arrays.setAll(
              sums,
              i -> tape.sum(1, inputs.stream().mapToInt(input -> input.places()[n][i]).toArray()));
          return sums;
        });
  }

  @Override
  public int[][] visit(Multiply multiply) {
    Image second = inputs.get(1);
    boolean whole = second.shape().equals(out);
    return each(
        n -> {
          int[] products = new int[out.size()];
          Arrays.setAll(
              products,
              i -> tape.product(in.places()[n][i], second.places()[n][whole ? i : channel(i)]));
          return products;
        });
  }

  @Override
  public int[][] visit(Reshape reshape) {
    return in.places();
  }

  @Override
  public int[][] visit(Flatten flatten) {
    return in.places();
  }

  @Override
  public int[][] visit(Dropout dropout) {
    return random(dropout.rate(), 1);
  }

  @Override
  public int[][] visit(StochasticDepth depth) {
    return random(depth.rate(), out.size());
  }

  /**
   * Leaves values out.
   *
   * @param together how many are left out together
   */
  private int[][] random(double rate, int together) {
    if (mode.seed().isEmpty()) {
      return in.places();
    }
    SplittableRandom random =
        new SplittableRandom(31 * mode.seed().getAsLong() + node.name().hashCode());
    return each(
        n -> {
          int[] kept = new int[out.size()];
          double factor = 0;
          for (int i = 0; i < kept.length; i++) {
            if (i % together == 0) {
              factor = random.nextDouble() < rate ? 0 : 1 / (1 - rate);
            }
            kept[i] = tape.affine(in.places()[n][i], factor, 0);
          }
          return kept;
        });
  }
}
