package dev.finetune.internal.dl4j;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * A non-linearity that Deeplearning4j has not, or has under the same name with another formula. A
 * saved model names its class, so that subclasses keep their names.
 */
public abstract class ActivationFunction extends BaseActivationFunction {

  private static final long serialVersionUID = 1L;

  /** A new array of the function's values. */
  abstract INDArray value(INDArray x);

  /** A new array of the function's derivative. */
  abstract INDArray derivative(INDArray x);

  @Override
  public INDArray getActivation(INDArray in, boolean training) {
    return in.assign(value(in));
  }

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    assertShape(in, epsilon);
    return new Pair<>(in.assign(derivative(in).muli(epsilon)), null);
  }

  /** min(max(0, x + 3), 6) / 6. */
  static INDArray gate(INDArray x) {
    return Transforms.min(Transforms.max(x.add(3), 0, false), 6, false).divi(6);
  }

  /** One where the gate is neither shut nor fully open, else zero. */
  static INDArray inside(INDArray x) {
    return x.gt(-3).castTo(x.dataType()).muli(x.lt(3).castTo(x.dataType()));
  }
}
