package dev.finetune.internal.dl4j;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Layer normalisation over the channels, which Deeplearning4j has not. Its configuration is that of
 * a batch normalisation, whose mean and variance are not used. A saved model names this class, so
 * it keeps its name.
 */
public final class ChannelNorm extends OtherNorm {

  private static final long serialVersionUID = 1L;

  /** For reading a saved model. */
  public ChannelNorm() {}

  ChannelNorm(int channels, double epsilon) {
    super(channels, epsilon);
  }

  @Override
  BatchNormalization computation(NeuralNetConfiguration conf, DataType dataType) {
    return new ChannelNormLayer(conf, dataType);
  }
}
