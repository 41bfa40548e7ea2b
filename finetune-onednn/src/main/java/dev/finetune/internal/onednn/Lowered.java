package dev.finetune.internal.onednn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A layer whose forward pass has been recorded.
 *
 * @param output the layer's output
 * @param backward records the layer's backward pass
 */
record Lowered(Value output, Backward backward) {

  /** A recorder of a layer's backward pass. */
  @FunctionalInterface
  interface Backward {
    /**
     * Records the backward pass.
     *
     * @param gradient the gradient of the loss with respect to the layer's output
     * @param wanted for each input, whether its gradient is needed
     * @return the gradient for each input; null is allowed where it is not needed
     */
    List<@Nullable Value> record(Value gradient, List<Boolean> wanted);
  }
}
