package dev.finetune.internal.dl4j;

import java.util.function.UnaryOperator;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * A loss function whose gradient the caller computes. With it, Deeplearning4j runs the forward and
 * the backward pass in one call, as it must, because the activations are kept in workspaces between
 * them.
 */
final class GivenGradient implements ILossFunction {

  private static final long serialVersionUID = 1L;

  private transient UnaryOperator<float[][]> gradientOf = outputs -> outputs;

  /** Sets the function from logits to their gradients. */
  void expect(UnaryOperator<float[][]> asked) {
    gradientOf = asked;
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray outputs, IActivation activation, INDArray mask) {
    return Nd4j.createFromArray(gradientOf.apply(outputs.toFloatMatrix()));
  }

  @Override
  public double computeScore(
      INDArray labels, INDArray outputs, IActivation activation, INDArray mask, boolean average) {
    return 0;
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray outputs, IActivation activation, INDArray mask) {
    throw new UnsupportedOperationException("The caller computes the loss");
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels, INDArray outputs, IActivation activation, INDArray mask, boolean average) {
    return Pair.of(0.0, computeGradient(labels, outputs, activation, mask));
  }

  @Override
  public String name() {
    return "given";
  }
}
