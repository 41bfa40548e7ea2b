package dev.finetune.graph.layer;

/**
 * A kind of layer that is replaced by basic layers before an engine computes it. {@link #parts}
 * returns them, and where the values of their tensors come from.
 *
 * <p>To users it is one layer: it is counted, frozen and saved as one.
 */
public sealed interface CompositeLayer extends Layer
    permits SeparableConv2d, Scale, Rescale, Normalize {

  @Override
  default BasicLayer basic() {
    throw new IllegalStateException(
        "Composite layers must be replaced by their parts before an engine receives them, got "
            + kind());
  }
}
