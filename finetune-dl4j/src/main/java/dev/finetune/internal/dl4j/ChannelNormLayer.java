package dev.finetune.internal.dl4j;

import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The implementation of {@link ChannelNorm}. */
final class ChannelNormLayer extends BatchNormalization {

  private static final long serialVersionUID = 1L;
  private static final int CHANNELS = 1;

  ChannelNormLayer(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    INDArray result =
        workspaces.createUninitialized(ArrayType.ACTIVATIONS, input.dataType(), input.shape(), 'c');
    return result.assign(
        normal()
            .muli(parameter(BatchNormalizationParamInitializer.GAMMA))
            .addi(parameter(BatchNormalizationParamInitializer.BETA)));
  }

  /**
   * Computes the gradients. With n the normalised input and g the gradient with respect to n, the
   * gradient with respect to the input is (g - mean(g) - n mean(g n)) / deviation, with means over
   * the channels.
   */
  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    INDArray normal = normal();
    Gradient gradient = new DefaultGradient();
    for (Map.Entry<String, INDArray> view : gradientViews.entrySet()) {
      view.getValue()
          .assign(
              switch (view.getKey()) {
                case BatchNormalizationParamInitializer.GAMMA ->
                    perChannel(epsilon.mul(normal)).reshape(view.getValue().shape());
                case BatchNormalizationParamInitializer.BETA ->
                    perChannel(epsilon).reshape(view.getValue().shape());
                default -> view.getValue().like();
              });
      gradient.setGradientFor(view.getKey(), view.getValue());
    }
    INDArray inner = epsilon.mul(parameter(BatchNormalizationParamInitializer.GAMMA));
    INDArray along = normal.mul(inner.mul(normal).mean(true, CHANNELS));
    INDArray below =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, epsilon.dataType(), epsilon.shape(), 'c');
    below.assign(inner.sub(inner.mean(true, CHANNELS)).subi(along).divi(deviation(centred())));
    return new Pair<>(gradient, below);
  }

  private INDArray centred() {
    return input.sub(input.mean(true, CHANNELS));
  }

  private INDArray deviation(INDArray centred) {
    return Transforms.sqrt(
        centred.mul(centred).mean(true, CHANNELS).addi(layerConf().getEps()), false);
  }

  private INDArray normal() {
    INDArray centred = centred();
    return centred.divi(deviation(centred));
  }

  private INDArray parameter(String key) {
    long[] shape = IntStream.range(0, input.rank()).mapToLong(i -> 1).toArray();
    shape[CHANNELS] = input.size(CHANNELS);
    return getParam(key).reshape(shape);
  }

  /** Returns the sum over all dimensions but the channels. */
  private INDArray perChannel(INDArray values) {
    return values.sum(IntStream.range(0, input.rank()).filter(d -> d != CHANNELS).toArray());
  }
}
