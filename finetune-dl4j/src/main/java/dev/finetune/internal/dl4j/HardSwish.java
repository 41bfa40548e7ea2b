package dev.finetune.internal.dl4j;

import org.nd4j.linalg.api.ndarray.INDArray;

/** The hard swish: x times the hard sigmoid of x. */
public final class HardSwish extends ActivationFunction {

  private static final long serialVersionUID = 1L;

  @Override
  INDArray value(INDArray x) {
    return gate(x).muli(x);
  }

  /** The hard sigmoid plus x times its derivative. */
  @Override
  INDArray derivative(INDArray x) {
    return gate(x).addi(inside(x).muli(x).divi(6));
  }
}
