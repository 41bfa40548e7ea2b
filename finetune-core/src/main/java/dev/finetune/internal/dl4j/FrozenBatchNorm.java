package dev.finetune.internal.dl4j;

import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Batch normalisation that uses its stored statistics in training too and never changes: what a
 * frozen one does in Keras. Deeplearning4j's own wrapper for the purpose fails on batch
 * normalisation (its issue 9101).
 */
final class FrozenBatchNorm extends BatchNormalization {

  private static final long serialVersionUID = 1L;

  FrozenBatchNorm(int channels, double epsilon) {
    setNIn(channels);
    setNOut(channels);
    setEps(epsilon);
    setUseLogStd(false);
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType dataType) {
    FrozenBatchNormLayer layer = new FrozenBatchNormLayer(conf, dataType);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    Map<String, INDArray> table = initializer().init(conf, parameters, initialize);
    layer.setParamTable(table);
    layer.setConf(conf);
    return layer;
  }
}
