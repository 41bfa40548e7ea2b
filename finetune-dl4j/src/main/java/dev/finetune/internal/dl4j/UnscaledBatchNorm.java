package dev.finetune.internal.dl4j;

import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** The configuration of trainable batch normalisation whose gamma is fixed at 1. */
final class UnscaledBatchNorm extends BatchNormalization {

  private static final long serialVersionUID = 1L;

  UnscaledBatchNorm(int channels, double epsilon, double momentum) {
    setNIn(channels);
    setNOut(channels);
    setEps(epsilon);
    setDecay(momentum);
    setUseLogStd(false);
  }

  /** A learning rate of 0 keeps gamma; Deeplearning4j's NoOp would subtract the gradient. */
  @Override
  public IUpdater getUpdaterByParam(String parameter) {
    return parameter.equals(BatchNormalizationParamInitializer.GAMMA)
        ? new Sgd(0.0)
        : super.getUpdaterByParam(parameter);
  }
}
