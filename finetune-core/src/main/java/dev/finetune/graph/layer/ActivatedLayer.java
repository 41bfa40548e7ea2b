package dev.finetune.graph.layer;

/** A basic layer that ends in an activation. */
public sealed interface ActivatedLayer extends BasicLayer permits Conv2d, Dense {

  /** {@return the activation that the layer ends in; {@link Activation#LINEAR} if it has none} */
  Activation activation();

  /**
   * Returns a copy with another activation.
   *
   * @param other the activation of the copy
   * @return the copy
   */
  ActivatedLayer with(Activation other);
}
