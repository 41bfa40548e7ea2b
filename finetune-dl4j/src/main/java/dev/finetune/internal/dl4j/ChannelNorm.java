package dev.finetune.internal.dl4j;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The configuration of layer normalisation over the channels, which Deeplearning4j lacks. It
 * extends that of batch normalisation, whose mean and variance are not used. Saved models contain
 * the name of this class, so it must not be renamed.
 */
public final class ChannelNorm extends OtherNorm {

  private static final long serialVersionUID = 1L;

  /** Creates an empty configuration, for deserialisation. */
  public ChannelNorm() {}

  ChannelNorm(int channels, double epsilon) {
    super(channels, epsilon);
  }

  @Override
  BatchNormalization computation(NeuralNetConfiguration conf, DataType dataType) {
    return new ChannelNormLayer(conf, dataType);
  }
}
