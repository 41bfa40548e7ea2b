package dev.finetune.internal.dl4j;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Batch normalisation that uses its stored statistics in training too and never changes them: what
 * a frozen one does in Keras. Deeplearning4j's own wrapper for the purpose fails on batch
 * normalisation (its issue 9101).
 */
final class FixedBatchNorm extends OtherNorm {

  private static final long serialVersionUID = 1L;

  private final boolean scaleTrains;

  /**
   * @param scaleTrains whether gamma gets its gradient
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
