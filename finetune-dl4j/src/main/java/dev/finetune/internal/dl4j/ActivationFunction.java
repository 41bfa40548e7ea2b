package dev.finetune.internal.dl4j;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * An activation function that Deeplearning4j lacks, or has under the same name with another
 * formula. Saved models contain the names of the subclasses, so these must not be renamed.
 */
public abstract class ActivationFunction extends BaseActivationFunction {

  private static final long serialVersionUID = 1L;

  /** Returns a new array with the function's values. */
  abstract INDArray value(INDArray x);

  /** Returns a new array with the values of the function's derivative. */
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

  /** Returns a new array with min(max(0, x + 3), 6) / 6. */
  static INDArray gate(INDArray x) {
    return Transforms.min(Transforms.max(x.add(3), 0, false), 6, false).divi(6);
  }

  /**
   * Returns a new array with 1 where -3 &lt; x &lt; 3, else 0: six times the derivative of the
   * gate.
   */
  static INDArray inside(INDArray x) {
    return x.gt(-3).castTo(x.dataType()).muli(x.lt(3).castTo(x.dataType()));
  }
}
