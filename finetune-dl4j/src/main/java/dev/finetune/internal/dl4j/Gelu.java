package dev.finetune.internal.dl4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erf;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The exact GELU: x times the standard normal cumulative distribution function of x.
 * Deeplearning4j's versions are approximations.
 */
public final class Gelu extends ActivationFunction {

  private static final long serialVersionUID = 1L;

  @Override
  INDArray value(INDArray x) {
    return share(x).muli(x);
  }

  /** The cumulative distribution function plus x times the density. */
  @Override
  INDArray derivative(INDArray x) {
    INDArray density = Transforms.exp(x.mul(x).divi(-2), false).divi(Math.sqrt(2 * Math.PI));
    return share(x).addi(density.muli(x));
  }

  private static INDArray share(INDArray x) {
    INDArray scaled = x.div(Math.sqrt(2));
    return Nd4j.getExecutioner().exec(new Erf(scaled, scaled)).addi(1).divi(2);
  }
}
