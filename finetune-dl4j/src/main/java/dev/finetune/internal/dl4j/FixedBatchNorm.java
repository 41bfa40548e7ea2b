package dev.finetune.internal.dl4j;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The configuration of batch normalisation that uses its stored statistics in training and does not
 * change them, like a frozen one in Keras. Deeplearning4j's wrapper for frozen layers fails for
 * batch normalisation (Deeplearning4j issue 9101).
 */
final class FixedBatchNorm extends OtherNorm {

  private static final long serialVersionUID = 1L;

  private final boolean scaleTrains;

  /**
   * Creates a configuration.
   *
   * @param scaleTrains whether gamma gets a gradient
   */
  FixedBatchNorm(int channels, double epsilon, boolean scaleTrains) {
    super(channels, epsilon);
    this.scaleTrains = scaleTrains;
  }

  @Override
  BatchNormalization computation(NeuralNetConfiguration conf, DataType dataType) {
    return new FixedBatchNormLayer(conf, dataType, scaleTrains);
  }
}
