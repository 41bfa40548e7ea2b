package dev.finetune.internal.onednn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A layer whose forward pass has been recorded.
 *
 * @param output what it gives
 * @param backward records its backward pass
 */
record Lowered(Value output, Backward backward) {

  /** Records how gradients go back through a layer. */
  @FunctionalInterface
  interface Backward {
    /**
     * Records it.
     *
     * @param gradient of the loss with respect to the layer's output
     * @param wanted for which inputs a gradient is asked for
     * @return a gradient for each input, null where none is wanted
     */
    List<@Nullable Value> record(Value gradient, List<Boolean> wanted);
  }
}
