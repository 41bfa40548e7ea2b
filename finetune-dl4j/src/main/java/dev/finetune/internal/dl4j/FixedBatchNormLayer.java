package dev.finetune.internal.dl4j;

import java.util.Map;
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
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastMulOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The implementation of {@link FixedBatchNorm}: with fixed statistics, a scale and a shift. */
final class FixedBatchNormLayer extends BatchNormalization {

  private static final long serialVersionUID = 1L;

  private final boolean scaleTrains;

  FixedBatchNormLayer(NeuralNetConfiguration conf, DataType dataType, boolean scaleTrains) {
    super(conf, dataType);
    this.scaleTrains = scaleTrains;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    return super.activate(false, workspaces);
  }

  /**
   * Computes the gradients. With g the gradient with respect to the output, the gradient with
   * respect to the input is g times the scale, that of beta the sum of g, and that of gamma the sum
   * of g times the normalised input.
   */
  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    INDArray gamma = getParam(BatchNormalizationParamInitializer.GAMMA);
    INDArray variance = getParam(BatchNormalizationParamInitializer.GLOBAL_VAR);
    float[] scale = new float[(int) gamma.length()];
    for (int i = 0; i < scale.length; i++) {
      scale[i] =
          (float) (gamma.getFloat(i) / Math.sqrt(variance.getFloat(i) + layerConf().getEps()));
    }
    INDArray below =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, epsilon.dataType(), epsilon.shape(), 'c');
    Nd4j.getExecutioner().exec(new BroadcastMulOp(epsilon, Nd4j.createFromArray(scale), below, 1));
    Gradient gradient = new DefaultGradient();
    for (Map.Entry<String, INDArray> view : gradientViews.entrySet()) {
      INDArray own = view.getValue();
      switch (view.getKey()) {
        case BatchNormalizationParamInitializer.BETA ->
            own.assign(perChannel(epsilon).reshape(own.shape()));
        case BatchNormalizationParamInitializer.GAMMA ->
            own.assign(scaleTrains ? scaleGradient(epsilon, own.shape()) : own.like());
        default -> own.assign(0);
      }
      gradient.setGradientFor(view.getKey(), view.getValue());
    }
    return new Pair<>(gradient, below);
  }

  private INDArray scaleGradient(INDArray epsilon, long[] shape) {
    INDArray mean = getParam(BatchNormalizationParamInitializer.GLOBAL_MEAN);
    INDArray deviation =
        Transforms.sqrt(
            getParam(BatchNormalizationParamInitializer.GLOBAL_VAR).add(layerConf().getEps()),
            false);
    // sum(epsilon (x - mean)) / deviation, as a difference of two sums to avoid a centred copy of
    // x.
    INDArray products = perChannel(epsilon.mul(input)).reshape(shape);
    INDArray sums = perChannel(epsilon).reshape(shape);
    return products.sub(sums.mul(mean.reshape(shape))).div(deviation.reshape(shape));
  }

  private static INDArray perChannel(INDArray values) {
    return values.rank() == 2 ? values.sum(0) : values.sum(0, 2, 3);
  }
}
