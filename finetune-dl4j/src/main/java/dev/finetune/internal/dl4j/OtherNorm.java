package dev.finetune.internal.dl4j;

import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A configuration of batch normalisation with another implementation than Deeplearning4j's. */
abstract class OtherNorm extends BatchNormalization {

  private static final long serialVersionUID = 1L;

  /** Creates an empty configuration, for deserialisation. */
  OtherNorm() {}

  OtherNorm(int channels, double epsilon) {
    setNIn(channels);
    setNOut(channels);
    setEps(epsilon);
    setUseLogStd(false);
  }

  /** Creates the implementation. */
  abstract org.deeplearning4j.nn.layers.normalization.BatchNormalization computation(
      NeuralNetConfiguration conf, DataType dataType);

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType dataType) {
    org.deeplearning4j.nn.layers.normalization.BatchNormalization layer =
        computation(conf, dataType);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    Map<String, INDArray> table = initializer().init(conf, parameters, initialize);
    layer.setParamTable(table);
    layer.setConf(conf);
    return layer;
  }
}
