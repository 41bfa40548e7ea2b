package dev.finetune.internal.dl4j;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Stochastic depth as a Deeplearning4j dropout, which zeroes whole examples. */
final class WholeExampleDropout implements IDropout {

  private static final long serialVersionUID = 1L;

  private final double rate;
  private transient float @Nullable [] factors;

  WholeExampleDropout(double rate) {
    this.rate = rate;
  }

  @Override
  public INDArray applyDropout(
      INDArray input, INDArray result, int iteration, int epoch, LayerWorkspaceMgr workspaces) {
    float[] chosen = new float[(int) input.size(0)];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = Nd4j.getRandom().nextDouble() < rate ? 0 : (float) (1 / (1 - rate));
    }
    factors = chosen;
    return result.assign(input.mul(perExample(chosen, input)));
  }

  @Override
  public INDArray backprop(
      INDArray gradientAtOutput, INDArray gradientAtInput, int iteration, int epoch) {
    float[] chosen = factors;
    if (chosen == null) {
      throw new IllegalStateException("A backward pass must follow a forward pass");
    }
    return gradientAtInput.assign(gradientAtOutput.mul(perExample(chosen, gradientAtOutput)));
  }

  private static INDArray perExample(float[] factors, INDArray like) {
    long[] shape = new long[like.rank()];
    Arrays.fill(shape, 1);
    shape[0] = factors.length;
    return Nd4j.createFromArray(factors).castTo(DataType.FLOAT).reshape(shape);
  }

  @Override
  public void clear() {
    factors = null;
  }

  @Override
  public IDropout clone() {
    return new WholeExampleDropout(rate);
  }
}
