package dev.finetune.internal.dl4j;

import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Batch normalisation whose gamma stays one while it trains. */
final class UnscaledBatchNorm extends BatchNormalization {

  private static final long serialVersionUID = 1L;

  UnscaledBatchNorm(int channels, double epsilon, double momentum) {
    setNIn(channels);
    setNOut(channels);
    setEps(epsilon);
    setDecay(momentum);
    setUseLogStd(false);
  }

  /** A rate of zero keeps a value; Deeplearning4j's NoOp would subtract the gradient. */
  @Override
  public IUpdater getUpdaterByParam(String parameter) {
    return parameter.equals(BatchNormalizationParamInitializer.GAMMA)
        ? new Sgd(0.0)
        : super.getUpdaterByParam(parameter);
  }
}
