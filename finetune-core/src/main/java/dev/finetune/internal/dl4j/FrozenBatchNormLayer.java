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

/** The computation of {@link FrozenBatchNorm}: with fixed statistics it is a scale and a shift. */
final class FrozenBatchNormLayer extends BatchNormalization {

  private static final long serialVersionUID = 1L;

  FrozenBatchNormLayer(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    return super.activate(false, workspaces);
  }

  /** The gradient with respect to the input is that of the output times the scale. */
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
      view.getValue().assign(0);
      gradient.setGradientFor(view.getKey(), view.getValue());
    }
    return new Pair<>(gradient, below);
  }
}
