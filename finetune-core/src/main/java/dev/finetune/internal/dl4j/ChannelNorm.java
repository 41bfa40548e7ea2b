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
 * Layer normalisation over the channels, which Deeplearning4j has not. Its configuration is that of
 * a batch normalisation, whose mean and variance are not used. A saved model names this class, so
 * it keeps its name.
 */
public final class ChannelNorm extends BatchNormalization {

  private static final long serialVersionUID = 1L;

  /** For reading a saved model. */
  public ChannelNorm() {}

  ChannelNorm(int channels, double epsilon) {
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
    ChannelNormLayer layer = new ChannelNormLayer(conf, dataType);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    Map<String, INDArray> table = initializer().init(conf, parameters, initialize);
    layer.setParamTable(table);
    layer.setConf(conf);
    return layer;
  }
}
