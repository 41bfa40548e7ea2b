package dev.finetune.internal.dl4j;

import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Flattens channels-last images in channels-first order, in which the layers behind were trained.
 * For inference only.
 */
record ChannelsFirstFlatten(int size) implements InputPreProcessor {

  @Override
  public INDArray preProcess(INDArray input, int batch, LayerWorkspaceMgr workspaces) {
    return workspaces
        .dup(ArrayType.ACTIVATIONS, input.permute(0, 3, 1, 2), 'c')
        .reshape('c', input.size(0), size);
  }

  @Override
  public INDArray backprop(INDArray output, int batch, LayerWorkspaceMgr workspaces) {
    throw new IllegalStateException("Networks with channels last are for inference only");
  }

  @Override
  @SuppressWarnings({"MethodDoesntCallSuperMethod", "CloneDeclaresCloneNotSupported"})
  public InputPreProcessor clone() {
    return this; // immutable
  }

  @Override
  public InputType getOutputType(InputType inputType) {
    return InputType.feedForward(size);
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray maskArray, MaskState currentMaskState, int minibatchSize) {
    return new Pair<>(maskArray, currentMaskState);
  }
}
