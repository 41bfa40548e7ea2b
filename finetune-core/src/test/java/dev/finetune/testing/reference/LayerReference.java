package dev.finetune.testing.reference;

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
import dev.finetune.graph.layer.StochasticDepth;
import dev.finetune.graph.layer.ZeroPad;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/** Computes the output of one layer. */
final class LayerReference implements BasicLayer.Visitor<Values> {

  private final Node node;
  private final List<Values> inputs;
  private final Values in;
  private final Reference network;
  private final Reference.Pass pass;

  /**
   * Prepares a layer.
   *
   * @param inputs the inputs of the layer; for an input layer, its own values
   */
  LayerReference(Node node, List<Values> inputs, Reference network, Reference.Pass pass) {
    this.node = node;
    this.inputs = inputs;
    this.in = inputs.get(0);
    this.network = network;
    this.pass = pass;
  }

  private double[] parameter(ParameterRole role) {
    return network.weights().of(node.name(), role);
  }

  private Values fresh() {
    return new Values(in.batch(), node.output());
  }

  @Override
  public Values visit(Input layer) {
    return in;
  }

  @Override
  public Values visit(Conv2d conv) {
    double[] bias = conv.bias() ? parameter(ParameterRole.BIAS) : new double[0];
    return activated(
        conv.activation(),
        SlidingWindows.convolve(conv, in, node.output(), parameter(ParameterRole.KERNEL), bias));
  }

  @Override
  public Values visit(Dense dense) {
    double[] kernel = parameter(ParameterRole.KERNEL);
    double[] bias = parameter(ParameterRole.BIAS);
    int length = in.shape().size();
    Values out = fresh();
    for (int n = 0; n < in.batch(); n++) {
      for (int unit = 0; unit < dense.units(); unit++) {
        double sum = bias[unit];
        for (int i = 0; i < length; i++) {
          sum += in.all()[n * length + i] * kernel[i * dense.units() + unit];
        }
        out.all()[n * dense.units() + unit] = sum;
      }
    }
    return activated(dense.activation(), out);
  }

  @Override
  public Values visit(ZeroPad border) {
    Values out = fresh();
    for (int n = 0; n < in.batch(); n++) {
      for (int c = 0; c < in.shape().channels(); c++) {
        for (int y = 0; y < in.shape().height(); y++) {
          for (int x = 0; x < in.shape().width(); x++) {
            out.set(n, c, y + border.top(), x + border.left(), in.at(n, c, y, x));
          }
        }
      }
    }
    return out;
  }

  @Override
  public Values visit(MaxPool pool) {
    return SlidingWindows.pool(
        in, node.output(), pool.window(), pool.stride(), pool.padding(), true, pass.kinks());
  }

  @Override
  public Values visit(AveragePool pool) {
    return SlidingWindows.pool(
        in, node.output(), pool.window(), pool.stride(), pool.padding(), false, pass.kinks());
  }

  @Override
  public Values visit(GlobalAveragePool pool) {
    return overall(false);
  }

  @Override
  public Values visit(GlobalMaxPool pool) {
    return overall(true);
  }

  private Values overall(boolean max) {
    Values out = fresh();
    for (int map = 0; map < out.all().length; map++) {
      SlidingWindows.Pooled pooled = new SlidingWindows.Pooled();
      for (int i = 0; i < in.places(); i++) {
        pooled.add(in.all()[map * in.places() + i]);
      }
      out.all()[map] = max ? pooled.maximum(pass.kinks()) : pooled.mean();
    }
    return out;
  }

  @Override
  public Values visit(Activate activate) {
    return activated(activate.activation(), in);
  }

  private Values activated(Activation activation, Values values) {
    double[] all = values.all().clone();
    if (activation == Activation.SOFTMAX) {
      Functions.softmax(all, values.shape().size());
    } else {
      for (int i = 0; i < all.length; i++) {
        all[i] = Functions.apply(activation, all[i], pass.kinks());
      }
    }
    return new Values(values.batch(), values.shape(), all);
  }

  @Override
  public Values visit(BatchNorm norm) {
    Values out = fresh();
    for (int c = 0; c < in.shape().channels(); c++) {
      Normalisation.Moments moments = moments(c);
      double gamma = norm.scale() ? parameter(ParameterRole.GAMMA)[c] : 1;
      double beta = parameter(ParameterRole.BETA)[c];
      for (int n = 0; n < in.batch(); n++) {
        int from = in.index(n, c, 0, 0);
        for (int i = from; i < from + in.places(); i++) {
          out.all()[i] = gamma * moments.normalise(in.all()[i], norm.epsilon()) + beta;
        }
      }
    }
    return out;
  }

  private Normalisation.Moments moments(int channel) {
    if (!network.byBatch().contains(node.name())) {
      return new Normalisation.Moments(
          parameter(ParameterRole.MOVING_MEAN)[channel],
          parameter(ParameterRole.MOVING_VARIANCE)[channel]);
    }
    Normalisation.Moments moments = Normalisation.ofChannel(in, channel);
    pass.statistics().put(node.name(), moments);
    return moments;
  }

  @Override
  public Values visit(LayerNorm norm) {
    double[] gamma = parameter(ParameterRole.GAMMA);
    double[] beta = parameter(ParameterRole.BETA);
    Values out = fresh();
    for (int n = 0; n < in.batch(); n++) {
      for (int y = 0; y < in.shape().height(); y++) {
        for (int x = 0; x < in.shape().width(); x++) {
          Normalisation.Moments moments = Normalisation.ofPlace(in, n, y, x);
          for (int c = 0; c < gamma.length; c++) {
            double normal = moments.normalise(in.at(n, c, y, x), norm.epsilon());
            out.set(n, c, y, x, gamma[c] * normal + beta[c]);
          }
        }
      }
    }
    return out;
  }

  @Override
  public Values visit(Concat concat) {
    Values out = fresh();
    for (int n = 0; n < in.batch(); n++) {
      int at = n * node.output().size();
      for (Values input : inputs) {
        int size = input.shape().size();
        System.arraycopy(input.all(), n * size, out.all(), at, size);
        at += size;
      }
    }
    return out;
  }

  @Override
  public Values visit(Add add) {
    return each(i -> inputs.stream().mapToDouble(input -> input.all()[i]).sum());
  }

  @Override
  public Values visit(Multiply multiply) {
    Values second = inputs.get(1);
    int repeated = in.shape().size() / second.shape().size();
    return each(i -> in.all()[i] * second.all()[i / repeated]);
  }

  private Values each(IntToDoubleFunction value) {
    Values out = fresh();
    for (int i = 0; i < out.all().length; i++) {
      out.all()[i] = value.applyAsDouble(i);
    }
    return out;
  }

  @Override
  public Values visit(Reshape reshape) {
    return new Values(in.batch(), node.output(), in.all());
  }

  @Override
  public Values visit(Flatten flatten) {
    return new Values(in.batch(), node.output(), in.all());
  }

  @Override
  public Values visit(Dropout dropout) {
    return in;
  }

  @Override
  public Values visit(StochasticDepth depth) {
    return in;
  }
}
