package dev.finetune.internal.dl4j;

import org.nd4j.linalg.api.ndarray.INDArray;

/** The hard sigmoid min(max(0, x + 3), 6) / 6. Deeplearning4j's version has another slope. */
public final class HardSigmoid extends ActivationFunction {

  private static final long serialVersionUID = 1L;

  @Override
  INDArray value(INDArray x) {
    return gate(x);
  }

  @Override
  INDArray derivative(INDArray x) {
    return inside(x).divi(6);
  }
}
