package dev.finetune.graph.layer;

/**
 * A layer that is written out in basic ones before an engine computes it. Its {@link #parts} say
 * how, and where the tensors of the parts have their values.
 *
 * <p>To users it is one layer: it counts as one, is frozen as one, and is saved as one.
 */
public sealed interface CompositeLayer extends Layer
    permits SeparableConv2d, Scale, Rescale, Normalize {

  @Override
  default BasicLayer basic() {
    throw new IllegalStateException("The engine has no " + kind());
  }
}
